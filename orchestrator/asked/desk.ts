import { isFeasible } from "../../search/goals/goals.ts";
import type { Pruner, Verdict } from "../../search/pruner.ts";
import { rngFor } from "../../search/random.ts";
import type { Sampler } from "../../search/sampler.ts";
import { toScore } from "../../search/scores.ts";
import type { Params } from "../../search/space.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import { readConfiguration } from "../config/read-configuration.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { searchOf } from "../run/search-of.ts";
import { AskedLedger, enqueuedOrigin, toldOrigin } from "./ledger.ts";
import { isLost, type Holder } from "./lease.ts";
import { namedMetrics, type Metrics } from "./metrics.ts";
import { Records, type Asked, type Claim } from "./records.ts";

/** What became of asking. */
export type Answer =
  | Asked
  /** Until another trial reports or ends. */
  | { readonly kind: "wait" }
  | { readonly kind: "over"; readonly reason: string };

const enqueueEvent = "enqueue";
/** Between two looks for trials whose holders are gone. */
const lookMs = 5000;
const superseded: Verdict = { kind: "stop", reason: "the trial was given to another process" };

/** Where the trials of one study are asked for and reported. Every method is one transaction, and decides by the records alone. */
export class Desk {
  readonly study: Study;
  readonly sweep: Sweep;
  private readonly store: StudyStore;
  private readonly clock: Clock;
  private readonly ledger: AskedLedger;
  private readonly sampler: Sampler;
  private readonly pruner: Pruner;
  private readonly records: Records;
  private readonly wishes: Params[] = [];
  private lastEvent = 0;
  private looked = -Infinity;
  private isOver: boolean;

  constructor(store: StudyStore, study: Study, sweep: Sweep, clock: Clock) {
    this.store = store;
    this.study = study;
    this.sweep = sweep;
    this.clock = clock;
    this.ledger = new AskedLedger(store, study);
    this.records = new Records({ study, store, clock, ledger: this.ledger, epochs: sweep.budget.epochs });
    this.isOver = study.state !== "running";
    ({ sampler: this.sampler, pruner: this.pruner } = searchOf(sweep));
  }

  /** The next trial for this holder: one whose holder is gone, one that was enqueued, or the sampler's word. */
  ask(holder: Holder): Answer {
    return this.ledger.together(() => {
      const left = this.leftBehind(holder);
      if (left !== null) return left;
      const { history } = this.ledger;
      const number = history.trials.length;
      const { target, trials } = this.sweep.budget;
      if (this.targetReached()) return this.over(`reached the target ${target}`);
      const full = trials !== undefined && number - this.ledger.told >= trials;
      const wish = full ? null : this.enqueuedWish();
      if (wish !== null) return this.begin(holder, number, wish, enqueuedOrigin);
      const next = this.sampler.suggest(history, number, rngFor(this.study.seed, "trial", number));
      switch (next.kind) {
        case "new":
          if (full) return this.over("all trials of the budget are done");
          return this.begin(holder, number, next.params, next.origin ?? null);
        case "continue":
          return this.records.goOn(holder, next.trial, next.toEpoch);
        case "wait":
          return { kind: "wait" };
        case "exhausted":
          return this.over("every configuration of the space has been tried");
        default:
          return next satisfies never;
      }
    });
  }

  /** Records an epoch, and says what is to become of the trial. */
  report(claim: Claim, epoch: number, metrics: Readonly<Record<string, number>>): Verdict {
    return this.ledger.together(() => {
      if (!this.records.isCurrent(claim)) return superseded;
      const { trial } = claim;
      const record = this.ledger.history.trial(trial);
      this.requireEpoch(trial, epoch, record.epoch, record.epochs);
      this.records.report(claim, epoch, metrics);
      return this.judge(claim);
    });
  }

  /** `false`: the trial was not this claim's any more. */
  complete(claim: Claim): boolean {
    return this.ledger.together(() => {
      if (!this.records.isCurrent(claim)) return false;
      const { best, epoch } = this.ledger.history.trial(claim.trial);
      const { metric } = this.study;
      if (epoch === 0) {
        this.records.end(claim, "failed", "failed", `it said nothing about ${metric}`);
      } else if (Number.isNaN(best))
        this.records.end(claim, "diverged", "diverged", `${metric} was never a finite number`);
      else this.records.end(claim, "complete", "complete", null);
      return true;
    });
  }

  fail(claim: Claim, reason: string): boolean {
    return this.ledger.together(() => {
      if (!this.records.isCurrent(claim)) return false;
      this.records.end(claim, "failed", "failed", reason.slice(0, 4000));
      return true;
    });
  }

  /** Gives trials back: they are asked for again. */
  handBack(claims: readonly Claim[]): void {
    this.ledger.together(() => {
      for (const claim of claims) if (this.records.isCurrent(claim)) this.records.handBack(claim);
      this.looked = -Infinity;
    });
  }

  /** A configuration to try before the sampler's own. */
  enqueue(params: Params): void {
    const data = this.inSpace(params);
    const write = { kind: "event", name: enqueueEvent, data, at: this.clock.now() } as const;
    this.ledger.together(() => this.store.record(this.study.id, [write], "process"));
  }

  /** A result from elsewhere. Returns the trial's number. */
  tell(params: Params, value: Metrics): number {
    const told = this.inSpace(params);
    const metrics = this.named("the result", value);
    return this.ledger.together(() => {
      const number = this.ledger.history.trials.length;
      const claim = { ...this.begin({ id: "elsewhere" }, number, told, toldOrigin), n: 0 };
      this.records.report(claim, this.sweep.budget.epochs, metrics);
      if (Number.isFinite(metrics[this.study.metric])) this.records.end(claim, "complete", "complete", null);
      else this.records.end(claim, "diverged", "diverged", "the reported value is not finite");
      return number;
    });
  }

  /** What `who` said, with every metric that counts. Throws `UserError`. */
  named(who: string, metrics: Metrics): Readonly<Record<string, number>> {
    return namedMetrics(this.sweep, who, metrics);
  }

  /** A new trial; a study that had ended runs again. */
  private begin(holder: Pick<Holder, "id">, number: number, params: Params, origin: string | null): Asked {
    if (this.isOver) this.store.setStudyState(this.study.id, "running", null, this.clock.now());
    this.isOver = false;
    return this.records.start(holder, number, params, origin);
  }

  private judge(claim: Claim): Verdict {
    const { history } = this.ledger;
    const record = history.trial(claim.trial);
    if (record.epoch >= this.sweep.budget.epochs) return { kind: "continue" }; // nothing is left to spare
    const verdict = this.pruner.judge(history, record);
    if (verdict.kind === "stop") this.records.end(claim, "stopped", "pruned", verdict.reason);
    if (verdict.kind === "pause") this.records.pause(claim, verdict.reason);
    return verdict;
  }

  /** At intervals: a trial whose holder is gone, or that was handed back, is asked again. */
  private leftBehind(holder: Holder): Answer | null {
    const now = this.clock.monotonic();
    if (now - this.looked < lookMs) return null;
    if (!this.isOver && this.store.findStudy(this.study.name)?.state === "stopped")
      return { kind: "over", reason: "stopped by `seqtune stop`" };
    const at = this.clock.now();
    const holders = new Map(this.store.workers(this.study.id).map((row) => [row.id, row]));
    for (const number of this.ledger.history.running) {
      const newest = this.store.attempts(this.study.id, number).at(-1);
      if (newest?.state === "running" && isLost(holders.get(newest.worker ?? ""), at)) {
        if (this.records.lose(newest, at))
          return this.records.takeOver(number, newest.attempt + 1, holder, at);
        return this.leftBehind(holder); // it was given up: the next one
      }
      if (newest?.state === "offered") return this.records.takeOver(number, newest.attempt, holder, at);
    }
    this.looked = now; // nothing is left behind
    return null;
  }

  private enqueuedWish(): Params | null {
    const { enqueued } = this.ledger;
    if (enqueued < this.wishes.length) return this.wishes[enqueued]!;
    const events = this.store.events(this.study.id, this.lastEvent);
    for (const { id, name, data } of events) {
      this.lastEvent = id;
      if (name === enqueueEvent) this.wishes.push(data as Params); // written by `enqueue`, which checked it
    }
    return this.wishes[enqueued] ?? null;
  }

  private targetReached(): boolean {
    const { target } = this.sweep.budget;
    if (target === undefined) return false;
    const wanted = toScore(target, this.study.goal);
    return this.ledger.history.trials.some(
      (trial) => trial.best <= wanted && isFeasible(this.sweep.goals, trial),
    );
  }

  /** The study is over once nothing runs any more. */
  private over(reason: string): Answer {
    if (this.ledger.history.running.size === 0 && !this.isOver) {
      this.records.closePaused();
      this.store.setStudyState(this.study.id, "complete", reason, this.clock.now());
      this.isOver = true;
    }
    return { kind: "over", reason };
  }

  private inSpace(params: Params): Params {
    const read = readConfiguration(JSON.stringify(params), this.sweep.space);
    if (read.ok) return read.params;
    throw new UserError(`this is not a configuration of study ${this.study.name}: ${read.message}`);
  }

  private requireEpoch(trial: number, epoch: number, newest: number, last: number): void {
    if (!Number.isInteger(epoch) || epoch < 1 || epoch > last)
      throw new UserError(
        `trial ${trial} has epochs 1 to ${last}, and ${epoch} was reported; set budget.epochs to the epochs a trial has`,
      );
    if (epoch <= newest)
      throw new UserError(
        `trial ${trial} has reported epoch ${newest} already, and epochs rise: ${epoch} cannot follow`,
      );
  }
}
