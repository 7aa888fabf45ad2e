import type { Verdict } from "../../search/pruner.ts";
import type { Desk } from "./desk.ts";
import type { Metrics } from "./metrics.ts";
import type { Claim, Given } from "./records.ts";
import type { ParamsOf, SpaceOf } from "./space.ts";

/** One configuration to try. It is this process's until it ends, or until the process does. */
export class AskedTrial<S extends SpaceOf = SpaceOf> {
  /** From 0. */
  readonly number: number;
  /** From 1: a trial whose process died is asked again. */
  readonly attempt: number;
  readonly params: ParamsOf<S>;
  /** For all chance in it, the same in every attempt. */
  readonly seed: number;
  /** Epochs to reach in all, and those that an attempt before has done. */
  readonly epochs: number;
  readonly fromEpoch: number;
  private readonly desk: Desk;
  private readonly claim: Claim;
  private readonly onEnd: () => void;
  private epoch: number;
  private over = false;

  constructor(desk: Desk, given: Given, onEnd: () => void = () => {}) {
    this.desk = desk;
    this.onEnd = onEnd;
    this.number = given.trial;
    this.attempt = given.attempt;
    this.params = given.params as ParamsOf<S>; // a configuration of the space that S was made from
    this.seed = given.seed;
    this.epochs = given.epochs;
    this.fromEpoch = given.fromEpoch;
    this.epoch = given.fromEpoch;
    this.claim = { trial: given.trial, attempt: given.attempt, n: 0 };
  }

  /** Nothing more can be said of it: it has ended, or waits for its turn. */
  get ended(): boolean {
    return this.over;
  }

  /**
   * Records what an epoch came to, and says whether to go on. Resolves after the commit. After `stop` and `pause` the trial has
   * ended here: return. A trial that paused is asked again when its turn comes, with `fromEpoch`. Throws `UserError`.
   */
  async report(epoch: number, metrics: Metrics): Promise<Verdict> {
    if (this.over) return { kind: "stop", reason: "the trial has ended" };
    const verdict = this.desk.report(this.claim, epoch, this.named(metrics));
    this.epoch = epoch;
    if (verdict.kind !== "continue") this.finish();
    return verdict;
  }

  /** It is done; `value`: of the metric, which counts where the last epoch was not reported. */
  async complete(value?: Metrics): Promise<void> {
    if (this.over) return;
    if (value !== undefined && this.epoch < this.epochs) {
      const verdict = this.desk.report(this.claim, Math.max(this.epoch + 1, this.epochs), this.named(value));
      if (verdict.kind !== "continue") {
        this.finish();
        return;
      }
    }
    this.desk.complete(this.claim);
    this.finish();
  }

  /** It cannot be done: it counts as failed, for this reason. */
  async fail(error: unknown): Promise<void> {
    if (this.over) return;
    this.desk.fail(this.claim, error instanceof Error ? error.message : String(error));
    this.finish();
  }

  /** It is asked again, here or elsewhere. */
  handBack(): void {
    if (this.over) return;
    this.desk.handBack([this.claim]);
    this.finish();
  }

  private finish(): void {
    this.over = true;
    this.onEnd();
  }

  private named(metrics: Metrics): Readonly<Record<string, number>> {
    return this.desk.named(`trial ${this.number}`, metrics);
  }
}
