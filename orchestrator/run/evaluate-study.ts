import { openStore } from "../../storage/sqlite/open.ts";
import type { EvaluationRow, Study, StudyStore, Trial } from "../../storage/store.ts";
import { systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { parseStoredSweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { renewModelHome } from "../result/home-model.ts";
import type { KnownIntervals } from "../../worker/protocol/evaluation-detail.ts";
import { knownIntervals } from "../verdict/known-intervals.ts";
import { studyVerdict } from "../verdict/study-verdict.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { bestTrials } from "../views/best-trial.ts";
import { evaluateTrials, type Wanted } from "./evaluate-trials.ts";
import { requireStudy } from "./require-study.ts";

/** Which trials of which database to score on the test rows. */
export interface EvaluateOptions {
  readonly db: string;
  /** How many of the best trials, repeats left out. */
  readonly top: number;
  readonly engine?: string;
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
  readonly verdict: Verdict | null;
}

/**
 * Scores the best trials' models and the baselines on the test rows: the one place in seqtune that touches
 * them. The result is recorded with the study, and in the model's folder beside the database. Throws `UserError`.
 */
export async function evaluateStudy(name: string | null, options: EvaluateOptions): Promise<StudyEvaluation> {
  const store = openStore(options.db, { existing: true });
  try {
    const study = requireStudy(store, name, options.db);
    const stored = parseStoredSweep(study.config);
    if (!stored.ok) throw new UserError(stored.message);
    if (stored.sweep.program !== undefined) {
      throw new UserError(
        `study ${study.name} runs a program, which has test rows of its own: let the program score them, with what it put into its output folder`,
      );
    }
    const finalists = findFinalists(store, study, options.top);
    const found = await evaluateTrials(study, stored.sweep, wantedOf(store, study, finalists), {
      db: options.db,
      engine: options.engine ?? stored.sweep.workers.engine,
      signal: options.signal ?? new AbortController().signal,
      at: (options.clock ?? systemClock).now(),
    });
    for (const row of found) store.saveEvaluation(study.id, row);
    await renewModelHome(options.db, store, study);
    const rows = finalists.map((trial, index) => ({
      trial,
      evaluation: found[index]!,
      intervals: knownIntervals([found[index]!], trial.number),
    }));
    return { study, rows, verdict: studyVerdict(store, study, finalists[0]) };
  } finally {
    store.close();
  }
}

/** All of them on test rows, in their order; then the first on validation, where the end of the study has not done so. */
function wantedOf(store: StudyStore, study: Study, finalists: readonly Trial[]): readonly Wanted[] {
  const [best] = finalists;
  const known = store
    .evaluations(study.id)
    .some(
      ({ trial, split, comparisons }) =>
        trial === best?.number && split === "validation" && comparisons.length > 0,
    );
  const tests = finalists.map((trial): Wanted => ({ trial, split: "test" }));
  return known || best === undefined ? tests : [...tests, { trial: best, split: "validation" }];
}

function findFinalists(store: StudyStore, study: Study, top: number): readonly Trial[] {
  const finalists = bestTrials(store, study, top).filter(({ model }) => model !== null);
  if (finalists.length > 0) return finalists;
  throw new UserError(
    `study ${study.name} has no trial with a trained model yet: let a trial finish, or see: seqtune leaderboard ${study.name}`,
  );
}
