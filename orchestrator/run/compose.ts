/**
 * The composition root of a run: which store, workers, search, range tests and clock a study is driven with is decided here
 * and nowhere else. `run`, `resume` and `standby` drive through it; `lr-find` takes its workers from it.
 */
import type { Study, StudyStore } from "../../storage/store.ts";
import type { Table } from "../../worker/data/file/table.ts";
import { systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import type { Sweep } from "../config/sweep.ts";
import { newestStopRequest } from "../coordinator/requests.ts";
import type { Ending } from "../coordinator/ending.ts";
import type { StudyPlan } from "../coordinator/plan.ts";
import { StudyEvents } from "../events.ts";
import type { LabConnection } from "../lab/connection.ts";
import { namedProgram } from "../lab/program-terms.ts";
import { StudyRanges } from "../lr-range/study-ranges.ts";
import type { Ask } from "../questions/ask.ts";
import { BesideStudy } from "../questions/beside-study.ts";
import { localWorkers } from "../questions/local-workers.ts";
import type { ModelPlace } from "../result/home-model.ts";
import { StudyBaselines } from "./baselines/study-baselines.ts";
import { blobFolderOf } from "./blob-folder.ts";
import { withDataFile } from "./data-file.ts";
import { driveLocally } from "./local-run.ts";
import type { Interrupts, LabPlace, LocalWorkers, RunParts } from "./parts.ts";
import type { RunObserver } from "./run-observer.ts";
import { planOf } from "./plan-of.ts";

/** Where a study is recorded, who trains it and who watches. */
export interface RunOptions {
  /** Database file, made when it is not there. */
  readonly db: string;
  /** Listeners, for views. */
  readonly events?: StudyEvents;
  readonly interrupts?: Interrupts;
  /** Train on the workers of a lab instead of local ones. */
  readonly lab?: LabConnection;
  /** Keeps the study on the lab, with a snapshot at this interval, so that another machine can take it over. */
  readonly backupEveryMs?: number;
  /** Overrides of the sweep's `workers`. */
  readonly workers?: Partial<LocalWorkers>;
  /** Where the best trial's model is written when the study is complete or stopped; default: nowhere. */
  readonly model?: ModelPlace;
  readonly clock?: Clock;
  /** Looks on, for monitoring. */
  readonly observer?: RunObserver;
}

/** A run, composed. */
export interface Run extends RunParts {
  readonly baselines: StudyBaselines;
  /** Takes the study to its end, and then does what is left to do while its workers are there. */
  readonly drive: (interrupts: Interrupts, atEnd: (ending: Ending) => Promise<void>) => Promise<Ending>;
  /** Engine of the local workers. */
  readonly engine: string;
  /** Workers of this machine: those that train the study, or a process where a lab's do. */
  readonly ask: Ask;
}

export const uninterrupted: Interrupts = {
  finish: new AbortController().signal,
  now: new AbortController().signal,
};

/** What a run is composed for. */
export interface StudyAtHand {
  readonly study: Study;
  readonly sweep: Sweep;
  readonly store: StudyStore;
  /** The study's data where they were read already. */
  readonly table?: Table | undefined;
}

/** Picks the parts of a run of this study. */
export function compose({ study, sweep, store, table }: StudyAtHand, options: RunOptions): Run {
  const { db, lab, backupEveryMs, interrupts = uninterrupted } = options;
  const clock = options.clock ?? systemClock;
  const events = options.events ?? new StudyEvents();
  const blobFolder = blobFolderOf(db);
  // Workers that run programs load no engine.
  const only = sweep.program === undefined ? {} : { engine: "program" };
  const workers = { ...sweep.workers, ...options.workers, ...only };
  const place = lab === undefined ? null : { lab, terms: sweep.lab, backupEveryMs };
  const home = fileBlobs(blobFolder);
  const { observer } = options;
  const parts = { study, store, events, clock, db, blobFolder, home, interrupts, observer };
  const data = { sha256: study.data.sha256, bytes: study.data.bytes };
  const beside = new BesideStudy();
  const { count, engine } = workers;
  const rangeWorkers =
    place === null
      ? beside.ask
      : askedWorkers(place, { blobFolder, engine, clock, notice: () => {}, patient: true });
  const ranges = rangesOf(parts, sweep, planOf(sweep, data), { ask: rangeWorkers, count });
  const plan = planOf(sweep, data, ranges);
  const run = {
    ...parts,
    baselines: new StudyBaselines({ ...parts, sweep, table }),
    plan:
      place === null || plan.program === undefined ? plan : { ...plan, program: namedProgram(plan.program) },
    lastStopRequest: newestStopRequest(store, study),
  };
  return {
    ...run,
    engine,
    ask: place === null ? beside.ask : localWorkers({ blobFolder, engine }),
    drive: async (either, atEnd) => {
      const driven = { ...run, interrupts: either };
      if (place === null) return await driveLocally({ ...driven, beside, atEnd }, workers);
      const { driveOverNats } = await import("./nats-run.ts"); // and with it all that speaks to a server
      const ending = await driveOverNats(driven, place);
      await atEnd(ending);
      return ending;
    },
  };
}

/** The study's range tests, where it has them, on those workers that train it. */
function rangesOf(
  { study, store, events, clock }: Omit<RunParts, "plan">,
  sweep: Sweep,
  { settingsFor }: StudyPlan,
  workers: { readonly ask: Ask; readonly count: number },
): StudyRanges | undefined {
  if (sweep.rangeTest === undefined) return undefined;
  return new StudyRanges({
    study,
    sweep,
    use: sweep.rangeTest,
    store,
    events,
    clock,
    workers: workers.count,
    settingsFor,
    ask: async (assignment, signal) => {
      const [answer = []] = await withDataFile(study.data.file, () => workers.ask([assignment], signal));
      return answer;
    },
  });
}

/** Workers that are asked something beside studies: a lab's, or processes of this machine. */
export function askedWorkers(
  place: Pick<LabPlace, "lab" | "terms"> | null,
  of: {
    readonly blobFolder: string;
    readonly engine: string;
    readonly clock: Clock;
    readonly notice: (message: string) => void;
    /** Wait for a lab's server that is away. */
    readonly patient?: boolean;
  },
): Ask {
  if (place === null) return localWorkers(of);
  return async (assignments, signal) => {
    const { labWorkers } = await import("../questions/lab-workers.ts");
    return await labWorkers({ ...of, ...place, home: fileBlobs(of.blobFolder) })(assignments, signal);
  };
}
