import { encodeFits } from "../../../worker/data/baselines/kept-fits.ts";
import type { Study, StudyStore } from "../../../storage/store.ts";
import type { BlobStore } from "../../../worker/protocol/blobs.ts";
import type { Table } from "../../../worker/data/file/table.ts";
import type { Clock } from "../../../worker/protocol/clock.ts";
import type { Sweep } from "../../config/sweep.ts";
import type { StudyEvents } from "../../events.ts";
import { dataSettingsOf } from "../look-at-data.ts";
import { baselinesBeside } from "./beside.ts";

export interface StudyBaselinesDeps {
  readonly study: Study;
  readonly sweep: Sweep;
  readonly home: BlobStore;
  readonly events: StudyEvents;
  readonly clock: Clock;
  /** The study's data where they were read already. */
  readonly table?: Table | undefined;
}

/** The baselines of a study that runs: computed while its first trials train, then recorded and shown. */
export class StudyBaselines {
  private readonly deps: StudyBaselinesDeps;
  private readonly stopped = new AbortController();
  private working: Promise<void> | null = null;
  private learned: Uint8Array | null = null;

  constructor(deps: StudyBaselinesDeps) {
    this.deps = deps;
  }

  /** Begins, unless they are known or there are none. They go to `store`. */
  start(store: Pick<StudyStore, "setBaselines">): void {
    const { study, sweep } = this.deps;
    if (sweep.program === undefined && study.baselines.length === 0) this.working ??= this.compute(store);
  }

  /** Settles when they are recorded, or it is known why they are not. */
  async done(): Promise<void> {
    await this.working;
  }

  /** They are wanted no more; a study that goes on later computes them then. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.working;
  }

  /** What they have learned, once `done`, so that the verdict need not fit them again; null where this run did not compute them. */
  get fits(): Uint8Array | null {
    return this.learned;
  }

  private async compute(store: Pick<StudyStore, "setBaselines">): Promise<void> {
    const { study, sweep, home, events, clock, table } = this.deps;
    try {
      const source = table ?? (await home.get(study.data));
      const question = { source, settings: dataSettingsOf(sweep), metric: study.metric };
      // One thread: the processors are there for the trials.
      const { found: baselines, fits } = await baselinesBeside(question, 1, this.stopped.signal);
      if (this.stopped.signal.aborted) return;
      this.learned = encodeFits(fits);
      store.setBaselines(study.id, baselines);
      events.emit({ kind: "baselines", baselines, at: clock.now() });
    } catch (error) {
      if (this.stopped.signal.aborted) return;
      // Trials are worth something without them, and a resumed study tries again.
      const reason = error instanceof Error ? error.message : String(error);
      const message = `the baselines could not be computed: ${reason}`;
      events.emit({ kind: "notice", message, at: clock.now() });
    }
  }
}
