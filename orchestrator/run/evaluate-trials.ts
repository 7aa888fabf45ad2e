import type { EvaluationRow, Study, Trial } from "../../storage/store.ts";
import { protocolVersion, type EvaluateAssignment } from "../../worker/protocol/assignment.ts";
import type { EvaluationDetail } from "../../worker/protocol/evaluation-detail.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import type { WireMetrics, WorkerMessage } from "../../worker/protocol/messages.ts";
import { fromWire } from "../../worker/protocol/numbers.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import type { Ask } from "../questions/ask.ts";
import { localWorkers } from "../questions/local-workers.ts";
import { blobFolderOf } from "./blob-folder.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { withDataFile } from "./data-file.ts";
import { planOf } from "./plan-of.ts";

/** One model on one part of the data. */
export interface Wanted {
  /** With a model. */
  readonly trial: Trial;
  readonly split: EvaluationRow["split"];
  /** Send predictions beside the truth, too, with or without names of columns. */
  readonly table?: { readonly header: boolean };
}

/** As it is recorded. */
export interface Evaluated extends EvaluationRow {
  readonly detail: EvaluationDetail | null;
  /** Predictions beside the truth, where they were asked for. */
  readonly table?: BlobRef;
}

export interface EvaluateTrialsOptions {
  readonly db: string;
  readonly engine: string;
  /** Workers that have the study's data at hand; default: a process of its own. */
  readonly ask?: Ask;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What the study's baselines have learned on validation rows (worker/data/baselines/kept-fits.ts); else they are fitted. */
  readonly fits?: Uint8Array | null;
}

/**
 * Scores models and the baselines on parts of the study's data. Throws `DataError`,
 * `UserError`.
 */
export async function evaluateTrials(
  study: Study,
  sweep: Sweep,
  wanted: readonly Wanted[],
  { db, engine, ask, signal, at, fits = null }: EvaluateTrialsOptions,
): Promise<readonly Evaluated[]> {
  const blobFolder = blobFolderOf(db);
  const blobs = fileBlobs(blobFolder);
  const baselines = fits === null ? null : await blobs.put(fits);
  try {
    const assignments = wanted.map((one) => assignmentOf(study, sweep, one, baselines));
    const workers = ask ?? localWorkers({ blobFolder, engine });
    const answers = await withDataFile(study.data.file, () => workers(assignments, signal));
    return wanted.map((one, index) => toRow(one, answers[index] ?? [], at));
  } finally {
    if (baselines !== null) await blobs.delete(baselines);
  }
}

function assignmentOf(
  study: Study,
  sweep: Sweep,
  { trial, split, table }: Wanted,
  baselines: BlobRef | null,
): EvaluateAssignment {
  const { model } = trial;
  if (model === null) throw new Error(`trial ${trial.number} has no model`);
  const data = { sha256: study.data.sha256, bytes: study.data.bytes };
  return {
    kind: "evaluate",
    version: protocolVersion,
    // Attempts of their own: both parts may be asked for at once.
    ref: { study: study.key, trial: trial.number, attempt: split === "test" ? 1 : 2 },
    settings: planOf(sweep, data).settingsFor(trial.params),
    data,
    seed: trial.seed,
    model: { sha256: model.sha256, bytes: model.bytes },
    split,
    metric: study.metric,
    ...(table && { table }),
    ...(baselines && { baselines }),
  };
}

function toRow({ trial, split }: Wanted, messages: readonly WorkerMessage[], at: number): Evaluated {
  const found = messages.find((message) => message.kind === "evaluated");
  if (found === undefined)
    throw new UserError(`trial ${trial.number} could not be evaluated: its worker sent no result`);
  const table = messages.find((message) => message.kind === "predicted")?.predictions;
  return { ...evaluationRow(trial, split, found, at), ...(table && { table }) };
}

/** An answer as it is recorded. */
export function evaluationRow(
  { number }: Trial,
  split: EvaluationRow["split"],
  found: Extract<WorkerMessage, { kind: "evaluated" }>,
  at: number,
): Omit<Evaluated, "table"> {
  const baselines = Object.entries(found.baselines).map(
    ([name, metrics]) => [name, numbers(metrics)] as const,
  );
  return {
    trial: number,
    split,
    metrics: numbers(found.metrics),
    baselines: Object.fromEntries(baselines),
    windows: found.windows,
    comparisons: found.comparisons ?? [],
    outside: found.outside ?? null,
    detail: found.detail ?? null,
    at,
  };
}

function numbers(metrics: WireMetrics): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, fromWire(value)]));
}
