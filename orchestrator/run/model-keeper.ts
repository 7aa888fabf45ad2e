import type { Study, StudyStore } from "../../storage/store.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import type { StudyEvents } from "../events.ts";
import { worthKeeping } from "../views/best-trial.ts";

/** Models of this many of the best trials are kept; the others' weights are deleted as the study goes on. */
export const keptModels = 20;

export interface ModelKeeperDeps {
  readonly study: Study;
  readonly store: StudyStore;
  readonly events: StudyEvents;
  /** Where workers put their models. */
  readonly bus: BlobStore;
  /** The coordinator's own folder; the same as `bus` when workers are local. */
  readonly home: BlobStore;
  readonly notice: (message: string) => void;
  /** Models stay in the lab, too, while the study goes on: another machine may have to. */
  readonly staysInLab?: boolean;
}

/**
 * Follows a study: brings the best models home from the lab, deletes the weights of trials that are not among the
 * best, and checkpoints that no trial needs any more. What an earlier coordinator had no time to bring home comes first.
 * Failing to do so costs disk or a model, never results, so it only tells.
 */
export class ModelKeeper {
  private readonly deps: ModelKeeperDeps;
  private tail: Promise<void> = Promise.resolve();
  private readonly kept = new Map<number, BlobRef>();
  private readonly unlisten: () => void;

  constructor(deps: ModelKeeperDeps) {
    this.deps = deps;
    for (const { number, model } of this.best()) {
      if (model === null) continue;
      this.kept.set(number, refOf(model));
      this.later(() => this.bringHome(refOf(model)));
    }
    this.unlisten = deps.events.on((event) => {
      if (event.kind === "trial_ended") this.later(() => this.ended(event.trial));
    });
  }

  /** Everything asked for is done. `over`: the study does not go on. */
  async finish(over: boolean): Promise<void> {
    this.unlisten();
    const { bus, staysInLab } = this.deps;
    if (over && staysInLab === true)
      for (const model of this.kept.values()) this.later(() => bus.delete(model));
    await this.tail;
  }

  private later(work: () => Promise<void>): void {
    this.tail = this.tail.then(work).catch((error: unknown) => {
      this.deps.notice(
        `a model file could not be put in order: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }

  private best(): ReturnType<StudyStore["trials"]> {
    return worthKeeping(this.deps.store, this.deps.study, keptModels);
  }

  private async ended(number: number): Promise<void> {
    const { bus, home, store, study } = this.deps;
    const trial = store.trial(study.id, number);
    if (trial === null) return;
    if (trial.checkpoint !== null) await bus.delete(refOf(trial.checkpoint));
    if (trial.model === null) return;
    this.kept.set(number, refOf(trial.model));
    const best = new Set(this.best().map((one) => one.number));
    for (const [other, model] of this.kept) {
      if (best.has(other)) continue;
      this.kept.delete(other);
      await bus.delete(model);
      if (home !== bus) await home.delete(model);
    }
    if (best.has(number)) await this.bringHome(refOf(trial.model));
  }

  private async bringHome(model: BlobRef): Promise<void> {
    const { bus, home, staysInLab } = this.deps;
    if (home === bus || (await home.has(model))) return;
    await home.put(await bus.get(model));
    if (staysInLab !== true) await bus.delete(model);
  }
}

function refOf({ sha256, bytes }: BlobRef): BlobRef {
  return { sha256, bytes };
}
