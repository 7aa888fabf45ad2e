import type { Study, StudyStore } from "../../storage/store.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { LabTerms } from "../config/lab.ts";
import type { Ending } from "../coordinator/ending.ts";
import type { StudyPlan } from "../coordinator/plan.ts";
import type { StudyEvents } from "../events.ts";
import type { LabConnection } from "../lab/connection.ts";
import type { RunObserver } from "./run-observer.ts";
import type { BesideStudy } from "../questions/beside-study.ts";
import type { StudyBaselines } from "./baselines/study-baselines.ts";

/** The worker processes of this machine. */
export interface LocalWorkers {
  /** Worker processes, each trains one trial at a time. */
  readonly count: number;
  /** "auto" or an engine's name. */
  readonly engine: string;
  /** Trials a process trains at once; "auto" when absent. */
  readonly lanes?: number | "auto";
  /** Another program than seqtune's own worker, with further arguments (tests and benches). */
  readonly program?: { readonly entry: string; readonly args: readonly string[] };
}

/** How a run is ended from outside, as Ctrl-C does once and twice. */
export interface Interrupts {
  /** Hand running trials back, end in good order. */
  readonly finish: AbortSignal;
  /** End at once. */
  readonly now: AbortSignal;
}

/** The parts that a study is driven with, on local workers or on a lab's. */
export interface RunParts {
  readonly study: Study;
  readonly plan: StudyPlan;
  readonly store: StudyStore;
  readonly events: StudyEvents;
  readonly clock: Clock;
  readonly lastStopRequest?: number;
  readonly db: string;
  readonly blobFolder: string;
  readonly home: BlobStore;
  readonly interrupts: Interrupts;
  /** Asks local workers beside the study. */
  readonly beside?: BesideStudy;
  /** Done when the study has ended, while its local workers are still there. */
  readonly atEnd?: (ending: Ending) => Promise<void>;
  /** Looks on, for monitoring. */
  readonly observer?: RunObserver | undefined;
  /** Computed beside the trials. */
  readonly baselines?: Pick<StudyBaselines, "start" | "done" | "stop">;
}

/** Where a lab's part of a run comes from. */
export interface LabPlace {
  readonly lab: LabConnection;
  readonly terms: LabTerms | undefined;
  readonly backupEveryMs?: number | undefined;
}
