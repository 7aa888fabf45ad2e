import { openStore } from "../../storage/sqlite/open.ts";
import type { EvaluationRow, Study, StudyStore, Trial } from "../../storage/store.ts";
import type { EvaluateAssignment } from "../../worker/protocol/assignment.ts";
import type { WireMetrics, WorkerMessage } from "../../worker/protocol/messages.ts";
import { fromWire } from "../../worker/protocol/numbers.ts";
import { askWorker } from "./ask-worker.ts";
import { systemClock, type Clock } from "../clock.ts";
import { parseStoredSweep, type Sweep } from "../config/sweep.ts";
import { withDataFile } from "./data-file.ts";
import { UserError } from "../errors.ts";
import { planOf } from "./plan-of.ts";
import { requireStudy } from "./require-study.ts";
import { blobFolderOf } from "./blob-folder.ts";
import { renewModelHome } from "../result/home-model.ts";
import { bestTrials } from "../views/best-trial.ts";

export interface EvaluateOptions {
  readonly db: string;
  /** How many of the best trials, repeats left out. */
  readonly top: number;
  readonly engine?: string;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

export interface StudyEvaluation {
  readonly study: Study;
  /** In the order of the validation leaderboard. */
  readonly rows: readonly { readonly trial: Trial; readonly evaluation: EvaluationRow }[];
}

/**
 * Scores the best trials' models and the baselines on the test rows: the one place in seqtune that touches
 * them. The result is recorded with the study, and in the model's folder beside the database. Throws `UserError`.
 */
export async function evaluateStudy(name: string | null, options: EvaluateOptions): Promise<StudyEvaluation> {
  const store = openStore(options.db);
  try {
    const study = requireStudy(store, name, options.db);
    const stored = parseStoredSweep(study.config);
    if (!stored.ok) throw new UserError(stored.message);
    const finalists = findFinalists(store, study, options.top);
    const assignments = finalists.map((trial) => evaluation(study, stored.sweep, trial));
    const engine = options.engine ?? stored.sweep.workers.engine;
    const signal = options.signal ?? new AbortController().signal;
    const answers = await withDataFile(study.data.file, () =>
      askWorker(assignments, blobFolderOf(options.db), engine, signal),
    );
    const at = (options.clock ?? systemClock).now();
    const rows = finalists.map((trial, index) => ({
      trial,
      evaluation: toRow(trial.number, answers[index] ?? [], at),
    }));
    for (const { evaluation } of rows) store.saveEvaluation(study.id, evaluation);
    await renewModelHome(options.db, store, study);
    return { study, rows };
  } finally {
    store.close();
  }
}

function findFinalists(store: StudyStore, study: Study, top: number): readonly Trial[] {
  const finalists = bestTrials(store, study, top).filter(({ model }) => model !== null);
  if (finalists.length > 0) return finalists;
  throw new UserError(
    `study ${study.name} has no trial with a trained model yet: let a trial finish, or see: seqtune leaderboard ${study.name}`,
  );
}

function evaluation(study: Study, sweep: Sweep, trial: Trial): EvaluateAssignment {
  const { model } = trial;
  if (model === null) throw new Error(`trial ${trial.number} has no model`);
  const data = { sha256: study.data.sha256, bytes: study.data.bytes };
  return {
    kind: "evaluate",
    version: 1,
    ref: { study: study.key, trial: trial.number, attempt: 1 },
    settings: planOf(sweep, data).settingsFor(trial.params),
    data,
    seed: trial.seed,
    model: { sha256: model.sha256, bytes: model.bytes },
    split: "test",
  };
}

function toRow(trial: number, messages: readonly WorkerMessage[], at: number): EvaluationRow {
  const found = messages.find((message) => message.kind === "evaluated");
  if (found === undefined)
    throw new UserError(`trial ${trial} could not be evaluated: its worker sent no result`);
  const baselines = Object.entries(found.baselines).map(
    ([name, metrics]) => [name, numbers(metrics)] as const,
  );
  return {
    trial,
    split: "test",
    metrics: numbers(found.metrics),
    baselines: Object.fromEntries(baselines),
    windows: found.windows,
    at,
  };
}

function numbers(metrics: WireMetrics): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, fromWire(value)]));
}
