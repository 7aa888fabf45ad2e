import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { judgeBest } from "./judge-best.ts";
import { blobFolderOf } from "./blob-folder.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { parseStoredSweep, type Sweep } from "../config/sweep.ts";
import { compose, uninterrupted, type Run, type RunOptions, type StudyAtHand } from "./compose.ts";
import { isResumable, type Ending } from "../coordinator/ending.ts";
import { UserError } from "../errors.ts";
import { readKnownResults } from "../known/known-results.ts";
import { namedProgram } from "../lab/program-terms.ts";
import { withDatabase } from "./lost-database.ts";
import { raiseBudget, type MoreTrials } from "./raise-budget.ts";
import { recordStudy } from "./record-study.ts";
import { requireEngine } from "./require-engine.ts";
import { requireStudy } from "./require-study.ts";
import type { StudyVerdict } from "../verdict/verdict.ts";
import { takeModelHome, type HomeModel } from "../result/home-model.ts";
import { studyStart } from "./study-start.ts";
import { takeStudy } from "./take-study.ts";

/** How a run ended: the study's state and counts, its best model, and what that is worth. */
export interface StudyResult extends Ending {
  readonly study: string;
  readonly model: HomeModel;
  /** What the best trial's model is worth; `null` while the study can go on, or where there was nothing to compare with. */
  readonly verdict: StudyVerdict | null;
}

/**
 * Makes a study of a sweep and runs it to its end with local workers. Throws `StudyExists` for a `name` that is
 * taken (without one a fresh name is made), `DataError`, `StoreError`, `UserError`.
 */
export async function runSweep(
  given: Sweep,
  options: RunOptions & { readonly name?: string },
): Promise<StudyResult> {
  const clock = options.clock ?? systemClock;
  const { sweep, bytes, table, baselines, warnings } = await studyStart(given);
  if (options.lab !== undefined && sweep.program !== undefined) namedProgram(sweep.program);
  const tell = (message: string): void => options.events?.emit({ kind: "notice", message, at: clock.now() });
  const { finish: signal } = options.interrupts ?? uninterrupted;
  if (options.lab !== undefined) {
    const { checkLab } = await import("../lab/look.ts"); // what speaks to a server is loaded only where there is one
    await checkLab(options.lab, { signal, notice: tell }); // before there is a study that could not begin
  } else if (sweep.program === undefined) {
    await requireEngine(options.workers?.engine ?? sweep.workers.engine);
  }
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
    return await drive({ study, sweep: config, store, table }, options);
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
        `study ${name} is complete: ${study.reason ?? ""}; continue the search with: seqtune resume ${name} --trials +20, or run the sweep again for a new study`,
      );
    }
    const stored = parseStoredSweep(study.config);
    if (!stored.ok) throw new UserError(stored.message);
    if (stored.sweep.asked === true)
      throw new UserError(
        `study ${name} is driven by programs that ask for trials: run the program again, or ask for the next trial with: seqtune ask ${name}`,
      );
    const sweep =
      options.trials === undefined
        ? stored.sweep
        : raiseBudget(options.db, store, study, stored.sweep, options.trials);
    return await drive({ study, sweep, store }, options);
  } finally {
    store.close();
  }
}

async function drive(atHand: StudyAtHand, options: RunOptions): Promise<StudyResult> {
  const { study, sweep } = atHand;
  const lock = takeStudy(options.db, study);
  try {
    const run = compose(atHand, options);
    const { clock, events, plan } = run;
    if (sweep.method.name === "bayes") {
      events.emit({ kind: "notice", message: `search method: ${plan.sampler.name}`, at: clock.now() });
    }
    let verdict: StudyVerdict | null = null;
    const ending = await driven(run, async (ended) => {
      verdict = await verdictAtEnd(run, sweep, ended);
    });
    const known = run.store.studyOfKey(study.key) ?? study; // with its baselines
    const model = await modelAtEnd({ ...run, study: known }, ending, options);
    return { ...ending, study: study.name, model, verdict };
  } finally {
    lock.release();
  }
}

/** To its end, and that of its baselines unless it goes on later. */
async function driven(run: Run, atEnd: (ending: Ending) => Promise<void>): Promise<Ending> {
  const { baselines, interrupts } = run;
  const stop = (): void => void baselines.stop();
  interrupts.now.addEventListener("abort", stop, { once: true });
  try {
    const ending = await withDatabase(run, (either) => run.drive(either, atEnd));
    if (!isResumable(ending)) await baselines.done();
    return ending;
  } finally {
    interrupts.now.removeEventListener("abort", stop);
    await baselines.stop();
  }
}

async function verdictAtEnd(run: Run, sweep: Sweep, ending: Ending): Promise<StudyVerdict | null> {
  if (isResumable(ending) || sweep.program !== undefined) return null;
  const { study, store, db, clock, events, interrupts, engine, ask, baselines } = run;
  const at = clock.now();
  await baselines.done(); // what they have learned is not to be learned twice
  const { fits } = baselines;
  const judging = await judgeBest(store, study, sweep, { db, engine, ask, signal: interrupts.now, at, fits });
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
  { study, store, db, clock, events }: Run,
  ending: Ending,
  { model: place }: RunOptions,
): Promise<HomeModel> {
  if (place === undefined || isResumable(ending)) return { kind: "none" };
  const home = await takeModelHome(db, store, study, place);
  if (home.kind === "written") events.emit({ ...home, kind: "model_written", at: clock.now() });
  if (home.kind === "not_written") events.emit({ ...home, kind: "model_not_written", at: clock.now() });
  return home;
}

/** `etth1`, `etth1-2`, `etth1-3`, ... */
function freshName(base: string, store: StudyStore): string {
  if (store.findStudy(base) === null) return base;
  for (let count = 2; ; count++) {
    const name = `${base}-${count}`;
    if (store.findStudy(name) === null) return name;
  }
}
