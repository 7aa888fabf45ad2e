import { openStore } from "../../storage/sqlite/open.ts";
import type { EvaluationRow, Study, StudyStore, Trial } from "../../storage/store.ts";
import { systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { parseStoredSweep, type Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { renewModelHome } from "../result/home-model.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import type { KnownIntervals } from "../../worker/protocol/evaluation-detail.ts";
import { knownIntervals } from "../verdict/known-intervals.ts";
import { retrainedVerdict, type RetrainedVerdict } from "../verdict/retrained-verdict.ts";
import { studyVerdict } from "../verdict/study-verdict.ts";
import type { StudyVerdict } from "../verdict/verdict.ts";
import { bestTrials } from "../views/best-trial.ts";
import { blobFolderOf } from "./blob-folder.ts";
import { evaluateTrials, type Wanted } from "./evaluate-trials.ts";
import { requireStudy } from "./require-study.ts";
import { retrainTrial, type RetrainedTrial } from "./retrain-trial.ts";

/** Which trials of which database to score on the test rows. */
export interface EvaluateOptions {
  readonly db: string;
  /** How many of the best trials, repeats left out. */
  readonly top: number;
  readonly engine?: string;
  /** Train the best once more, on training and validation rows, and score that, too. */
  readonly refit?: boolean;
  /** Return what was predicted beside the truth, too: of the trials, or where there is one of the refit. */
  readonly csv?: boolean;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** What a study's best trials and its baselines are worth on the test rows. */
export interface StudyEvaluation {
  readonly study: Study;
  /** In the order of the validation leaderboard. */
  readonly rows: readonly {
    readonly trial: Trial;
    readonly evaluation: EvaluationRow;
    /** With how many test values they hold; none for classes. */
    readonly intervals: readonly KnownIntervals[];
  }[];
  /** What the first of them is worth; `null` where there was nothing to compare with. */
  readonly verdict: StudyVerdict | null;
  readonly refit: { readonly retrained: RetrainedTrial; readonly verdict: RetrainedVerdict | null } | null;
  readonly csv: string | null;
}

/**
 * Scores the best trials' models and the baselines on the test rows: the one place in seqtune that touches
 * them. The result is recorded with the study, and in the model's folder beside the database. Throws `UserError`.
 */
export async function evaluateStudy(name: string | null, options: EvaluateOptions): Promise<StudyEvaluation> {
  const store = openStore(options.db, { existing: true });
  try {
    const study = requireStudy(store, name, options.db);
    const sweep = sweepToEvaluate(study);
    const finalists = findFinalists(store, study, options.top);
    const { refit = false, csv = false } = options;
    const how = {
      db: options.db,
      engine: options.engine ?? sweep.workers.engine,
      signal: options.signal ?? new AbortController().signal,
      at: (options.clock ?? systemClock).now(),
    };
    const found = await evaluateTrials(study, sweep, wantedOf(store, study, finalists, csv && !refit), how);
    for (const row of found) store.saveEvaluation(study.id, row);
    await renewModelHome(options.db, store, study);
    const table = csv ? { table: { header: true } } : {};
    const retrained = refit
      ? await retrainTrial(store, study, sweep, finalists[0]!, { ...how, parts: 1, ...table })
      : null;
    const rows = finalists.map((trial, index) => ({
      trial,
      evaluation: found[index]!,
      intervals: knownIntervals([found[index]!], trial.number),
    }));
    const tables = retrained?.tables ?? found.flatMap((row) => (row.table ? [row.table] : []));
    return {
      study,
      rows,
      verdict: studyVerdict(store, study, finalists[0]),
      refit: retrained && { retrained, verdict: retrainedVerdict(retrained.evaluation) },
      csv: csv ? await takeTables(options.db, tables) : null,
    };
  } finally {
    store.close();
  }
}

/** A study of trials with models. Throws `UserError`. */
export function sweepToEvaluate(study: Study): Sweep {
  const stored = parseStoredSweep(study.config);
  if (!stored.ok) throw new UserError(stored.message);
  if (stored.sweep.program === undefined) return stored.sweep;
  throw new UserError(
    `study ${study.name} runs a program, which has test rows of its own: let the program score them, with what it put into its output folder`,
  );
}

/** Tables that workers have stored, one after another; none of them stays in the database's folder. */
export async function takeTables(db: string, tables: readonly BlobRef[]): Promise<string> {
  const blobs = fileBlobs(blobFolderOf(db));
  const texts: string[] = [];
  for (const table of tables) {
    texts.push(new TextDecoder().decode(await blobs.get(table)));
    await blobs.delete(table);
  }
  return texts.join("");
}

/** All of them on test rows, in their order; then the first on validation, where the end of the study has not done so. */
function wantedOf(
  store: StudyStore,
  study: Study,
  finalists: readonly Trial[],
  withTable: boolean,
): readonly Wanted[] {
  const [best] = finalists;
  const known = store
    .evaluations(study.id)
    .some(
      ({ trial, split, comparisons }) =>
        trial === best?.number && split === "validation" && comparisons.length > 0,
    );
  const tests = finalists.map((trial, i): Wanted => {
    const table = withTable ? { table: { header: i === 0 } } : {};
    return { trial, split: "test", ...table };
  });
  return known || best === undefined ? tests : [...tests, { trial: best, split: "validation" }];
}

export function findFinalists(store: StudyStore, study: Study, top: number): readonly Trial[] {
  const finalists = bestTrials(store, study, top).filter(({ model }) => model !== null);
  if (finalists.length > 0) return finalists;
  throw new UserError(
    `study ${study.name} has no trial with a trained model yet: let a trial finish, or see: seqtune leaderboard ${study.name}`,
  );
}
