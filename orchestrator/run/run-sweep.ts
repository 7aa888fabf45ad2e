import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { askWorker } from "../questions/ask-worker.ts";
import { judgeBest } from "./judge-best.ts";
import { withDataFile } from "./data-file.ts";
import { blobFolderOf } from "./blob-folder.ts";
import { systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { parseStoredSweep, type Sweep } from "../config/sweep.ts";
import { newestStopRequest } from "../coordinator/coordinator.ts";
import type { StudyPlan } from "../coordinator/plan.ts";
import { isResumable, type Ending } from "../coordinator/ending.ts";
import { UserError } from "../errors.ts";
import { StudyEvents } from "../events.ts";
import { readKnownResults } from "../known/known-results.ts";
import { driveLocally, type Interrupts, type LocalWorkers } from "./local-run.ts";
import { askLabPatiently } from "../questions/ask-lab.ts";
import type { LabConnection } from "../lab/connection.ts";
import { namedProgram } from "../lab/program-terms.ts";
import { checkLab } from "../lab/look.ts";
import { driveOverNats } from "./nats-run.ts";
import { StudyRanges, type StudyRangesDeps } from "../lr-range/study-ranges.ts";
import { withDatabase } from "./lost-database.ts";
import { planOf } from "./plan-of.ts";
import { raiseBudget, type MoreTrials } from "./raise-budget.ts";
import { recordStudy } from "./record-study.ts";
import type { RunObserver } from "./run-observer.ts";
import { requireStudy } from "./require-study.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { takeModelHome, type HomeModel, type ModelPlace } from "../result/home-model.ts";
import { studyStart } from "./study-start.ts";
import { takeStudy } from "./take-study.ts";

/** Where a study is recorded, who trains it and who watches. */
export interface RunOptions {
  /** Database file, made when it is not there. */
  readonly db: string;
  /** Listeners, for views. */
  readonly events?: StudyEvents;
  readonly interrupts?: Interrupts;
  /** Train on the workers of a lab instead of local ones. */
  readonly lab?: LabConnection;
  /** Keeps the study on the lab, with a snapshot at this interval, so that another machine can go on with it. */
  readonly backupEveryMs?: number;
  /** Overrides of the sweep's `workers`. */
  readonly workers?: Partial<LocalWorkers>;
  /** Where the best trial's model is written when the study is complete or stopped; default: nowhere. */
  readonly model?: ModelPlace;
  readonly clock?: Clock;
  /** Looks on, for monitoring. */
  readonly observer?: RunObserver;
}

/** How a run ended: the study's state and counts, its best model, and what that is worth. */
export interface StudyResult extends Ending {
  readonly study: string;
  readonly model: HomeModel;
  /** What the best trial's model is worth; `null` while the study can go on, or where there was nothing to compare with. */
  readonly verdict: Verdict | null;
}

const never: Interrupts = { finish: new AbortController().signal, now: new AbortController().signal };

/**
 * Makes a study of a sweep and runs it to its end with local workers. Throws `StudyExists` for a `name` that is
 * taken (without one a fresh name is made), `DataError`, `StoreError`, `UserError`.
 */
export async function runSweep(
  given: Sweep,
  options: RunOptions & { readonly name?: string },
): Promise<StudyResult> {
  const clock = options.clock ?? systemClock;
  const { sweep, bytes, baselines, warnings } = await studyStart(given);
  if (options.lab !== undefined && sweep.program !== undefined) namedProgram(sweep.program);
  const tell = (message: string): void => options.events?.emit({ kind: "notice", message, at: clock.now() });
  const { finish: signal } = options.interrupts ?? never;
  if (options.lab !== undefined) await checkLab(options.lab, { signal, notice: tell }); // before there is a study that could not begin
  const store = openStore(options.db);
  try {
    const blob = await fileBlobs(blobFolderOf(options.db)).put(bytes);
    const name = options.name ?? freshName(sweep.name, store);
    const at = clock.now();
    for (const warning of warnings) tell(warning);
    const known = await readKnownResults(sweep, blob, store);
    const config = known === null ? sweep : { ...sweep, knownResults: known.results };
    if (known !== null) tell(known.notice);
    const data = { ...blob, file: sweep.data.file };
    const study = recordStudy(store, config, { name, data, baselines, at });
    return await drive(study, config, store, options);
  } finally {
    store.close();
  }
}

export interface ResumeOptions extends RunOptions {
  /** A larger budget of trials: a complete study goes on, too. */
  readonly trials?: MoreTrials;
}

/** Goes on with a study after any kind of end, from the database alone. */
export async function resumeStudy(name: string, options: ResumeOptions): Promise<StudyResult> {
  const store = openStore(options.db, { existing: true });
  try {
    const study = requireStudy(store, name, options.db);
    if (study.state === "complete" && options.trials === undefined) {
      throw new UserError(
        `study ${name} is complete: ${study.reason ?? ""}; search on with: seqtune resume ${name} --trials +20, or run the sweep again for a new study`,
      );
    }
    const stored = parseStoredSweep(study.config);
    if (!stored.ok) throw new UserError(stored.message);
    if (stored.sweep.asked === true)
      throw new UserError(
        `study ${name} is asked by programs: run the program again, or ask for the next trial with: seqtune ask ${name}`,
      );
    const sweep =
      options.trials === undefined
        ? stored.sweep
        : raiseBudget(options.db, store, study, stored.sweep, options.trials);
    return await drive(study, sweep, store, options);
  } finally {
    store.close();
  }
}

async function drive(
  study: Study,
  sweep: Sweep,
  store: StudyStore,
  options: RunOptions,
): Promise<StudyResult> {
  const lock = takeStudy(options.db, study);
  try {
    const lastStopRequest = newestStopRequest(store, study);
    const data = { sha256: study.data.sha256, bytes: study.data.bytes };
    const events = options.events ?? new StudyEvents();
    const clock = options.clock ?? systemClock;
    const folder = blobFolderOf(options.db);
    const workers = { ...sweep.workers, ...options.workers, ...engineOf(sweep) };
    const { count, engine } = workers;
    const { lab } = options;
    const home = fileBlobs(folder);
    const ask: StudyRangesDeps["ask"] = async (assignment, signal) => {
      const [answer = []] = await withDataFile(study.data.file, () =>
        lab === undefined
          ? askWorker([assignment], folder, engine, signal)
          : askLabPatiently([assignment], { lab, terms: sweep.lab, home, signal, notice: () => {} }),
      );
      return answer;
    };
    const ranges =
      sweep.rangeTest &&
      new StudyRanges({
        study,
        sweep,
        use: sweep.rangeTest,
        store,
        events,
        clock,
        ask,
        workers: count,
        settingsFor: planOf(sweep, data).settingsFor,
      });
    const plan = planFor(planOf(sweep, data, ranges), lab !== undefined);
    if (sweep.method.name === "bayes") {
      events.emit({ kind: "notice", message: `search method: ${plan.sampler.name}`, at: clock.now() });
    }
    const { observer } = options;
    const deps = { study, plan, store, events, clock, lastStopRequest, observer };
    const interrupts = options.interrupts ?? never;
    const ending = await withDatabase(store, options.db, study.name, clock, interrupts, async (either) =>
      lab === undefined
        ? await driveLocally(deps, folder, workers, either)
        : await driveOverNats(deps, options.db, folder, lab, sweep.lab, either, options.backupEveryMs),
    );
    const announced = { ...options, events, clock };
    const verdict = await verdictAtEnd(study, store, sweep, ending, {
      ...announced,
      engine,
      signal: interrupts.now,
    });
    const model = await modelAtEnd(study, store, ending, announced);
    return { ...ending, study: study.name, model, verdict };
  } finally {
    lock.release();
  }
}

type Announced = RunOptions & { readonly events: StudyEvents; readonly clock: Clock };

async function verdictAtEnd(
  study: Study,
  store: StudyStore,
  sweep: Sweep,
  ending: Ending,
  {
    db,
    engine,
    signal,
    events,
    clock,
  }: Announced & { readonly engine: string; readonly signal: AbortSignal },
): Promise<Verdict | null> {
  if (isResumable(ending)) return null;
  if (sweep.program !== undefined) return null;
  const at = clock.now();
  const judging = await judgeBest(store, study, sweep, { db, engine, signal, at });
  if (judging.kind === "failed") {
    const { trial, reason } = judging;
    const message = `trial ${trial} was not compared with the baselines (${reason}); do so with: seqtune evaluate ${study.name}`;
    events.emit({ kind: "notice", message, at });
  }
  if (judging.kind !== "judged") return null;
  events.emit({ kind: "verdict", ...judging.verdict, at });
  return judging.verdict;
}

async function modelAtEnd(
  study: Study,
  store: StudyStore,
  ending: Ending,
  { db, model: place, events, clock }: Announced,
): Promise<HomeModel> {
  if (place === undefined || isResumable(ending)) return { kind: "none" };
  const home = await takeModelHome(db, store, study, place);
  if (home.kind === "written") events.emit({ ...home, kind: "model_written", at: clock.now() });
  if (home.kind === "not_written") events.emit({ ...home, kind: "model_not_written", at: clock.now() });
  return home;
}

/** To a lab only the name of a program goes. */
function planFor(plan: StudyPlan, inLab: boolean): StudyPlan {
  return inLab && plan.program !== undefined ? { ...plan, program: namedProgram(plan.program) } : plan;
}

/** Workers that run programs load no engine. */
function engineOf({ program }: Sweep): { readonly engine?: string } {
  return program === undefined ? {} : { engine: "program" };
}

/** `etth1`, `etth1-2`, `etth1-3`, ... */
function freshName(base: string, store: StudyStore): string {
  if (store.findStudy(base) === null) return base;
  for (let count = 2; ; count++) {
    const name = `${base}-${count}`;
    if (store.findStudy(name) === null) return name;
  }
}
