import { z } from "zod";

const fraction = z.number().gt(0).lt(1);

/**
 * Where training, validation and test rows end, in time order. Fractions of all rows (test takes the rest),
 * row counts, or dates (each the first time NOT in that part; test runs to `test_until` or to the end).
 */
const splitSchema = z
  .union([
    z.strictObject({ train: fraction, validation: fraction, test: fraction.optional() }),
    z.strictObject({ train: z.int().min(1), validation: z.int().min(1), test: z.int().min(0).optional() }),
    z.strictObject({
      train_until: z.string(),
      validation_until: z.string(),
      test_until: z.string().optional(),
    }),
  ])
  .describe(
    "Fractions {train, validation, test}, row counts {train, validation, test} or dates {train_until, validation_until}",
  );
export type SplitSettings = z.infer<typeof splitSchema>;

export const dataSettingsSchema = z.strictObject({
  time: z.string().optional().describe("Name of the time column; without it rows are taken in file order"),
  targets: z.array(z.string()).min(1).describe("Columns to predict"),
  features: z
    .union([z.literal("numeric"), z.array(z.string()).min(1)])
    .default("numeric")
    .describe("Input columns; `numeric` (default) takes every numeric column, targets included"),
  window: z.int().min(1).max(100_000).default(24).describe("Look-back rows a prediction may see"),
  horizon: z.int().min(1).max(100_000).default(1).describe("Rows ahead to predict, all of them"),
  stride: z.int().min(1).default(1).describe("Rows between the starts of two training windows"),
  split: splitSchema.default({ train: 0.7, validation: 0.15 }),
  normalise: z
    .enum(["standard", "minmax", "robust", "none"])
    .default("standard")
    .describe("Scaling, fitted on the training rows only"),
  predict: z
    .enum(["value", "change"])
    .default("value")
    .describe("Predict the target itself, or its change from the window's last value"),
  season: z
    .int()
    .min(1)
    .optional()
    .describe("Rows in one season, for the seasonal baseline (24: daily in hourly data)"),
  rows: z.int().min(1).optional().describe("Use only the last so many training rows"),
});
export type DataSettings = z.infer<typeof dataSettingsSchema>;

/** Searching one of these would change what a score means, so a sweep may not. */
export const unsearchableDataSettings: ReadonlySet<string> = new Set([
  "time",
  "targets",
  "horizon",
  "split",
  "season",
]);
