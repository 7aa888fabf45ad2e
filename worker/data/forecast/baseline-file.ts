import { z } from "zod";
import { dataSettingsSchema, type DataSettings } from "../../protocol/data-settings.ts";
import { predictBaselines } from "../baselines/baselines.ts";
import { fittedSchema, type Fitted } from "../baselines/fitted.ts";
import { predictFitted } from "../baselines/predict-fitted.ts";
import type { CsvCell } from "../file/write-csv.ts";
import { columnOf, type Table } from "../file/table.ts";
import { pipelineSchema, type Pipeline } from "../inputs/pipeline.ts";
import { ClassOutputs } from "../outputs/class-outputs.ts";
import { prepareSeries } from "../series.ts";
import { prepareNewData, type NewDataOptions } from "./new-data.ts";
import { predictionRows } from "./predictions.ts";

/** A baseline as a model: what it has learned, and how data is prepared for it. */
export const baselineFileSchema = z.strictObject({
  kind: z.literal("baseline"),
  version: z.literal(1),
  name: z.string(),
  settings: dataSettingsSchema,
  pipeline: pipelineSchema,
  fitted: fittedSchema,
});
export type BaselineFile = z.infer<typeof baselineFileSchema>;

/** The baselines of these settings, fitted on the training rows (with `folds`, of the last fold). */
export function baselineFiles(table: Table, settings: DataSettings): readonly BaselineFile[] {
  const { found, inputs } = predictBaselines(table, settings, "validation");
  return found.map(({ name, fitted }) => {
    const looks = looksAtInputs(fitted);
    const prepared =
      inputs !== undefined && (looks || settings.layout !== "series")
        ? inputs
        : prepareSeries(table, pastOnly(settings), {});
    const window = Math.max(rowsNeeded(fitted), looks ? prepared.pipeline.window : 1);
    const pipeline: Pipeline =
      settings.layout === "series" ? { ...prepared.pipeline, window } : prepared.pipeline;
    // What a model knows in advance is kept, as files for it have rows without a target at their end.
    const own = { ...prepared.settings, known_future: settings.known_future };
    return { kind: "baseline", version: 1, name, settings: own, pipeline, fitted };
  });
}

function looksAtInputs(fitted: Fitted): boolean {
  if (fitted.method === "linear") return fitted.chosen.some((choice) => choice !== "own");
  return fitted.method === "pooled linear" || fitted.method === "random convolutions";
}

/** Rows of a series before a forecast. */
function rowsNeeded(fitted: Fitted): number {
  if (fitted.method === "season ago" || fitted.method === "drift") return fitted.season;
  if (fitted.method === "ets") return Math.max(...fitted.targets.map(({ season }) => season + 1));
  if (fitted.method !== "linear") return 1;
  return Math.max(1, ...fitted.own.map((own) => own?.window ?? 1));
}

/** Methods that look at the past of the targets need no other column. */
function pastOnly(settings: DataSettings): DataSettings {
  const isClass = settings.task !== "regression";
  return {
    ...settings,
    features: isClass ? settings.features : [...settings.targets],
    categorical: isClass ? settings.categorical : [],
    calendar: "none",
    known_future: [],
    static: [],
    missing: settings.missing === "error" ? "ffill" : settings.missing,
    window: 1,
    stride: 1,
    inputs: "value",
    predict: isClass ? settings.predict : "change",
    difference: 0,
  };
}

export interface BaselineAnswer {
  readonly rows: CsvCell[][];
  readonly samples: number;
  readonly warnings: readonly string[];
}

/** Predicts from a file as a model does. Throws `DataError`. */
export function predictByBaseline(
  table: Table,
  { settings, pipeline, fitted }: BaselineFile,
  options: NewDataOptions,
): BaselineAnswer {
  const answered = settings.known_future.length > 0;
  const fresh = prepareNewData(table, settings, pipeline, { ...options, answered });
  const { known } = fresh;
  if (
    known.outputs instanceof ClassOutputs &&
    (fitted.method === "repeat last" || fitted.method === "season ago")
  ) {
    for (const name of settings.targets) columnOf(table, name, "targets"); // the past classes are all it knows
  }
  const inputs = { set: fresh.set, decode: (predictions: Float32Array) => fresh.decode(predictions) };
  const decoded = predictFitted(fitted, { ...known, inputs });
  return {
    rows: predictionRows(fresh, pipeline, settings, decoded),
    samples: fresh.samples.length,
    warnings: fresh.warnings,
  };
}
