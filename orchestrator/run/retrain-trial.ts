import type { EvaluationRow, Study, StudyStore, Trial } from "../../storage/store.ts";
import { protocolVersion, type RetrainAssignment } from "../../worker/protocol/assignment.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { toWire } from "../../worker/protocol/numbers.ts";
import type { RowsSeen } from "../../worker/protocol/retraining.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { knownIntervals } from "../verdict/known-intervals.ts";
import { localWorkers } from "../questions/local-workers.ts";
import { blobFolderOf } from "./blob-folder.ts";
import { withDataFile } from "./data-file.ts";
import { evaluationRow, type EvaluateTrialsOptions } from "./evaluate-trials.ts";
import { planOf } from "./plan-of.ts";

/** A trial's configuration that was trained again, on rows that its search held back, and scored on test rows. */
export interface RetrainedPart {
  readonly seen: RowsSeen;
  readonly evaluation: EvaluationRow;
}

export interface RetrainedTrial {
  readonly trial: Trial;
  readonly epochs: number;
  /** One of a refit. */
  readonly parts: readonly RetrainedPart[];
  /** Over all parts. */
  readonly evaluation: EvaluationRow;
  /** Predictions beside the truth by part, where they were asked for. */
  readonly tables: readonly BlobRef[];
}

export interface RetrainOptions extends EvaluateTrialsOptions {
  /** 1: a refit; more: a backtest. */
  readonly parts: number;
  readonly table?: { readonly header: boolean };
  /** A part has been scored. */
  readonly onPart?: (part: RetrainedPart, number: number) => void;
}

/** Trains again and scores, in a worker process of its own. Throws `DataError`, `UserError`. */
export async function retrainTrial(
  store: StudyStore,
  study: Study,
  sweep: Sweep,
  trial: Trial,
  options: RetrainOptions,
): Promise<RetrainedTrial> {
  const { parts, table, at, onPart } = options;
  const assignment = {
    ...assignmentOf(store, study, sweep, trial),
    parts,
    score: true,
    ...(table && { table }),
  };
  let number = 0;
  const scored = (message: WorkerMessage): RetrainedPart | null => {
    if (message.kind !== "evaluated" || message.seen === undefined) return null;
    return { seen: message.seen, evaluation: evaluationRow(trial, "test", message, at) };
  };
  const messages = await ask(study, trial, assignment, options, (message) => {
    const part = scored(message);
    if (part !== null) onPart?.(part, ++number);
  });
  const whole = messages.findLast((message) => message.kind === "evaluated");
  if (whole === undefined)
    throw new UserError(`trial ${trial.number} could not be trained again: its worker sent no result`);
  return {
    trial,
    epochs: assignment.epochs,
    parts: messages.map(scored).filter((part) => part !== null),
    evaluation: evaluationRow(trial, "test", whole, at),
    tables: messages.flatMap((message) => (message.kind === "predicted" ? [message.predictions] : [])),
  };
}

/** Trains again on validation rows, too. The model lies in the database's folder for files, to be taken from there. */
export async function refitModel(
  store: StudyStore,
  study: Study,
  sweep: Sweep,
  trial: Trial,
  options: EvaluateTrialsOptions,
): Promise<BlobRef> {
  const assignment = { ...assignmentOf(store, study, sweep, trial), parts: 1, score: false };
  const messages = await ask(study, trial, assignment, options);
  const model = messages.flatMap((message) =>
    message.kind === "ended" && message.model ? [message.model] : [],
  )[0];
  if (model === undefined)
    throw new UserError(`trial ${trial.number} could not be trained again: its worker sent no model`);
  return model.blob;
}

async function ask(
  study: Study,
  trial: Trial,
  assignment: RetrainAssignment,
  { db, engine, signal }: EvaluateTrialsOptions,
  onMessage?: (message: WorkerMessage) => void,
): Promise<readonly WorkerMessage[]> {
  const ask = localWorkers({ blobFolder: blobFolderOf(db), engine, onMessage });
  const [messages = []] = await withDataFile(study.data.file, () => ask([assignment], signal));
  const end = messages.findLast((message) => message.kind === "ended")?.end;
  if (end?.kind === "diverged") {
    throw new UserError(
      `trial ${trial.number} diverged when it was trained again with more rows (${end.reason}): take another trial, or the model as its search left it`,
    );
  }
  return messages;
}

/** As long as the search found best, by the same schedule and seed. */
function assignmentOf(
  store: StudyStore,
  study: Study,
  sweep: Sweep,
  trial: Trial,
): Omit<RetrainAssignment, "parts" | "score"> {
  if (trial.model === null) throw new Error(`trial ${trial.number} has no model`);
  const { epoch } = trial.model;
  const data = { sha256: study.data.sha256, bytes: study.data.bytes };
  const settings = planOf(sweep, data).settingsFor(trial.params);
  const followsLosses = settings.model.schedule === "reduce_on_plateau";
  const curve = followsLosses ? store.curve(study.id, trial.number) : [];
  const intervals = knownIntervals(store.evaluations(study.id), trial.number);
  return {
    kind: "retrain",
    version: protocolVersion,
    ref: { study: study.key, trial: trial.number, attempt: 3 },
    settings,
    data,
    seed: trial.seed,
    epochs: Math.max(1, epoch),
    val_losses: curve
      .filter((report) => report.epoch <= epoch)
      .map(({ metrics }) => toWire(metrics["val_loss"] ?? Number.NaN)),
    metric: { name: study.metric, goal: study.goal },
    intervals: intervals.map((one) => ({ ...one, widths: [...one.widths] })),
  };
}
