import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  baselineFileSchema,
  predictByBaseline,
  type BaselineFile,
} from "../../worker/data/forecast/baseline-file.ts";
import { toCsv } from "../../worker/data/file/write-csv.ts";
import { tableOf } from "../../worker/data/prepare.ts";
import { TensorFileDamaged } from "../../worker/model/safetensors.ts";
import { readTrainedModel, type TrainedModel } from "../../worker/model/trained-model.ts";
import { protocolVersion, type PredictAssignment } from "../../worker/protocol/assignment.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import type { RowsSeen } from "../../worker/protocol/retraining.ts";
import { localWorkers } from "../questions/local-workers.ts";
import { UserError } from "../errors.ts";
import { readData, withDataFile } from "../run/data-file.ts";
import { baselineFileName } from "./export-baseline.ts";
import { knownBeside, type KnownWorth } from "./known-worth.ts";
import { modelFileName } from "./model-files.ts";

/** Which rows are predicted, and with what. */
export interface PredictOptions {
  /** Layout series: from the end of each series (default), or after every row that has a window. */
  readonly from?: "last" | "every";
  /** Numbers: say in two more columns where nine of ten values are to be expected. */
  readonly intervals?: boolean;
  /** "auto" (default) or an engine's name. */
  readonly engine?: string;
  readonly signal?: AbortSignal;
}

/** What a model says of a file. */
export interface Predictions {
  /** A table with a header (worker/data/predictions.ts). */
  readonly csv: string;
  readonly samples: number;
  /** What is odd about the data, in sentences. */
  readonly warnings: readonly string[];
  /** What the model is worth, as its folder says; `null` where it does not. */
  readonly worth: KnownWorth | null;
  /** The model was trained once more after its search, on these rows; `worth` is that of the model before. */
  readonly refit: RowsSeen | null;
}

/** Predicts with an exported model (its folder, or the safetensors file in it) from a CSV file. Throws `UserError`. */
export async function predict(
  model: string,
  dataFile: string,
  options: PredictOptions = {},
): Promise<Predictions> {
  const file = await modelFile(model);
  const bytes = await readFile(file);
  if (isDatabase(bytes)) {
    throw new UserError(
      `${file} is a database of studies: give the folder of a study's model, ${model}.models/STUDY, or write one with seqtune export`,
    );
  }
  if (file.endsWith(".json")) return await baselinePredictions(file, bytes, dataFile, options);
  const trained = trainedModel(file, bytes);
  const { worth, refit, widths } = await knownBeside(file, bytes);
  if (options.intervals === true && widths.length === 0) throw noIntervals(model);
  const data = await readData(dataFile, trained.settings.data);
  const folder = await mkdtemp(path.join(tmpdir(), "seqtune-predict-"));
  try {
    const blobs = fileBlobs(folder);
    const assignment: PredictAssignment = {
      kind: "predict",
      version: protocolVersion,
      ref: {
        study: `predict-${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}`,
        trial: 0,
        attempt: 1,
      },
      settings: trained.settings,
      seed: trained.seed,
      data: await blobs.put(data),
      model: await blobs.put(bytes),
      from: options.from ?? "last",
      ...(options.intervals === true && { widths: widths.map((own) => [...own]) }),
    };
    const signal = options.signal ?? new AbortController().signal;
    const [messages = []] = await withDataFile(dataFile, () =>
      localWorkers({ blobFolder: folder, engine: options.engine ?? "auto" })([assignment], signal),
    );
    const found = messages.find((message) => message.kind === "predicted");
    if (found === undefined) throw new UserError("the worker sent no predictions");
    const csv = new TextDecoder().decode(await blobs.get(found.predictions));
    return {
      csv,
      samples: found.samples,
      warnings: found.warnings ?? [],
      worth,
      refit,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function noIntervals(model: string): UserError {
  return new UserError(
    `${model} holds no intervals: only models of numbers have them, once they were compared with the baselines at the end of their study or by seqtune evaluate, and not baselines`,
  );
}

/** A baseline needs no engine, and so no worker. */
async function baselinePredictions(
  file: string,
  bytes: Uint8Array,
  dataFile: string,
  { from = "last", intervals }: PredictOptions,
): Promise<Predictions> {
  if (intervals === true) throw noIntervals(file);
  const baseline = readBaseline(file, bytes);
  const data = await readData(dataFile, baseline.settings);
  const { rows, samples, warnings } = await withDataFile(dataFile, () =>
    predictByBaseline(tableOf(data, baseline.settings), baseline, { from }),
  );
  return { csv: toCsv(rows), samples, warnings, worth: null, refit: null };
}

function readBaseline(file: string, bytes: Uint8Array): BaselineFile {
  let content: unknown = null;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // said below
  }
  const read = baselineFileSchema.safeParse(content);
  if (read.success) return read.data;
  throw new UserError(
    `${file} is not a baseline that seqtune export has written, or is damaged: export it again`,
  );
}

function isDatabase(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 15)) === "SQLite format 3";
}

async function modelFile(model: string): Promise<string> {
  const found = await stat(model).catch(() => null);
  if (found?.isFile() === true) return model;
  const file = path.join(model, modelFileName);
  if (found !== null && (await stat(file).catch(() => null)) !== null) return file;
  const baseline = path.join(model, baselineFileName);
  if (found !== null && (await stat(baseline).catch(() => null)) !== null) return baseline;
  const what = found === null ? "does not exist" : `has no ${modelFileName}`;
  throw new UserError(`${model} ${what}: give the folder that seqtune run or seqtune export has written`);
}

function trainedModel(file: string, bytes: Uint8Array): TrainedModel {
  try {
    return readTrainedModel(bytes);
  } catch (error) {
    if (error instanceof TensorFileDamaged)
      throw new UserError(
        `${file}: ${error.message}. A model is the folder that seqtune run or seqtune export has written`,
        { cause: error },
      );
    throw error;
  }
}
