import { z } from "zod";
import { fileSettingsShape } from "./file-settings.ts";

const fraction = z.number().gt(0).lt(1);
/** As text, or a plain year. */
const moment = z.union([z.string(), z.int()]);
const splitSeed = z.int().min(0).max(0xffffffff).optional();

/**
 * Where training, validation and test rows end. One of five forms:
 * fractions of all rows, in time order (test takes the rest);
 * row counts, in time order (test takes the rest);
 * dates, each the first time NOT in that part (test runs to `test_until` or to the end);
 * a column that says `train`, `validation` or `test` on every row. Where it never says `validation`, that
 * fraction of the training part is validated on: the latest rows of a series, or samples drawn by `seed`.
 * a column `by` of units (machines, patients) of which each goes into one part as a whole, drawn by `seed`.
 * For the layouts `wide` and `long` a sample takes the place of a row, and fractions draw by `seed`, with the
 * classes in equal proportions.
 */
const splitSchema = z
  .union([
    z.strictObject({
      train: fraction,
      validation: fraction,
      test: fraction.optional(),
      seed: splitSeed,
    }),
    z.strictObject({
      train: z.int().min(1),
      validation: z.int().min(1),
      test: z.int().min(0).optional(),
      unit: z.literal("rows").optional(),
    }),
    z.strictObject({
      train_until: moment,
      validation_until: moment,
      test_until: moment.optional(),
    }),
    z.strictObject({ column: z.string(), validation: fraction.default(0.2), seed: splitSeed }),
    z.strictObject({
      by: z.string(),
      train: fraction,
      validation: fraction,
      test: fraction.optional(),
      seed: splitSeed,
    }),
  ])
  .describe(
    "Fractions {train, validation, test}, row counts {train, validation, test}, dates {train_until, validation_until} {column, validation} or {by, train, validation, test}",
  );
export type SplitSettings = z.infer<typeof splitSchema>;

export const taskNames = ["regression", "binary", "multiclass", "multilabel"] as const;
export type Task = (typeof taskNames)[number];

export const layoutNames = ["series", "wide", "long"] as const;
export type Layout = (typeof layoutNames)[number];

export const calendarParts = ["hour", "weekday", "day", "month", "year"] as const;
export type CalendarPart = (typeof calendarParts)[number];

export const derivedInputs = ["delta", "position"] as const;
export type DerivedInput = (typeof derivedInputs)[number];

export const dataSettingsSchema = z.strictObject({
  task: z
    .enum(taskNames)
    .default("regression")
    .describe(
      "What the targets are: numbers, one of two classes, one of several classes, or several yes/no labels at once",
    ),
  layout: z
    .enum(layoutNames)
    .default("series")
    .describe(
      "series: rows are time steps and windows are cut from them; wide: one sample per row, its columns are the steps; long: one step of a sample per row",
    ),
  time: z
    .union([z.string(), z.array(z.string()).min(1).max(6)])
    .optional()
    .describe(
      "Name of the time column, or of the columns [year, month, day, hour, ...] or [date, time]; without it rows are taken in file order",
    ),
  group: z
    .union([z.string(), z.array(z.string()).min(1).max(6)])
    .optional()
    .describe(
      "Column that names the series when a file holds several, or the columns that do together: [shop, article]; no window crosses from one to another",
    ),
  series_id: z.string().optional().describe("Layout long: column that names the sample"),
  step: z
    .string()
    .optional()
    .describe("Layout long: column that orders the steps of a sample; without it, file order"),
  targets: z.array(z.string()).min(1).describe("Columns to predict"),
  features: z
    .union([z.enum(["numeric", "targets"]), z.array(z.string()).min(1)])
    .default("numeric")
    .describe(
      "Input columns; `numeric` (default) takes every numeric column, the past of the targets included; `targets` only the past of the targets. Layout wide: the steps, in order",
    ),
  categorical: z
    .array(z.string())
    .default([])
    .describe("Further input columns, one input for each value they take in the training rows (one-hot)"),
  known_future: z
    .array(z.string())
    .default([])
    .describe(
      "Columns of numbers that are known in advance, such as holidays or prices: their values over the horizon are inputs. Predictions need them in rows after the last target",
    ),
  static: z
    .array(z.string())
    .default([])
    .describe(
      "Columns of numbers that are the same in all rows of a series: inputs as they are, whatever `inputs` and `difference` say",
    ),
  calendar: z
    .union([z.enum(["none", "all"]), z.array(z.enum(calendarParts)).min(1)])
    .default("none")
    .describe(
      "Inputs from the time column, as sine and cosine: hour of day, weekday, day of month, month, part of the year",
    ),
  derive: z
    .union([z.literal("none"), z.array(z.enum(derivedInputs)).min(1)])
    .default("none")
    .describe(
      "Layouts wide and long: further inputs made from the samples; delta: the change of every numeric input since the step before; position: the place of the step in the sample, as sine and cosine of one turn over the longest sample",
    ),
  window: z
    .int()
    .min(1)
    .max(100_000)
    .default(24)
    .describe("Look-back rows a prediction may see (layout series; otherwise the longest sample)"),
  rows_before: z
    .int()
    .min(1)
    .optional()
    .describe(
      "Rows of its series that must lie before a forecast for it to be scored; default: what the largest `window`, the differences and the `season` look at, so that all trials are scored on the same rows. A shorter series is left out",
    ),
  horizon: z.int().min(1).max(100_000).default(1).describe("Rows ahead to predict, all of them"),
  stride: z.int().min(1).default(1).describe("Rows between the starts of two training windows"),
  split: splitSchema.default({ train: 0.7, validation: 0.15 }),
  folds: z
    .int()
    .min(2)
    .max(50)
    .optional()
    .describe(
      "Cross-validation: a trial is trained this many times and scored by the mean. Series: rolling origin, validation parts of equal length one after another, the last of them that of `split`; samples: stratified folds",
    ),
  inputs: z
    .enum(["value", "change"])
    .default("value")
    .describe("Show the model numeric inputs as they are, or as their change to the window's last row"),
  normalise: z
    .enum(["standard", "minmax", "robust", "none"])
    .default("standard")
    .describe("Scaling, fitted on the training rows only"),
  missing: z
    .enum(["error", "ffill", "linear", "drop", "mask"])
    .default("error")
    .describe(
      "Missing inputs: refuse them, carry the last value forward, interpolate (never beyond the window's end), leave such rows out, or carry forward and add an input that marks them. A missing target is never scored",
    ),
  difference: z
    .int()
    .min(0)
    .max(2)
    .default(0)
    .describe("How often numeric inputs and targets are differenced; undone for the metrics"),
  difference_lag: z
    .int()
    .min(1)
    .max(100_000)
    .default(1)
    .describe("Rows between the two values of a difference (24: daily in hourly data)"),
  predict: z
    .enum(["value", "change"])
    .default("value")
    .describe("Predict the target itself, or its change from the window's last value"),
  season: z
    .int()
    .min(1)
    .optional()
    .describe("Rows in one season, for the seasonal baseline (24: daily in hourly data)"),
  rows: z.int().min(1).optional().describe("Use only this many of the last training rows (of each series)"),
  ...fileSettingsShape,
});
export type DataSettings = z.infer<typeof dataSettingsSchema>;

/** Searching one of these would change what a score means, so a sweep may not. */
export const unsearchableDataSettings: ReadonlySet<string> = new Set([
  "task",
  "layout",
  "time",
  "group",
  "series_id",
  "step",
  "targets",
  "horizon",
  "rows_before",
  "split",
  "folds",
  "season",
  ...Object.keys(fileSettingsShape),
]);

const seriesOnly = [
  "time",
  "group",
  "calendar",
  "known_future",
  "static",
  "window",
  "rows_before",
  "horizon",
  "stride",
  "inputs",
  "difference",
  "difference_lag",
  "predict",
  "season",
  "rows",
  "time_format",
  "time_zone",
  "duplicates",
  "sort",
  "gaps",
] as const satisfies readonly (keyof DataSettings)[];

/** Settings that have no effect with this layout and task. */
export function idleDataSettings(layout: Layout, task: Task): ReadonlySet<string> {
  const idle = new Set<string>();
  if (layout !== "series") for (const name of seriesOnly) idle.add(name);
  if (layout === "series") idle.add("derive");
  if (layout !== "long") idle.add("series_id").add("step");
  if (layout === "wide") idle.add("categorical");
  if (task !== "regression") for (const name of ["difference", "difference_lag", "predict"]) idle.add(name);
  return idle;
}
