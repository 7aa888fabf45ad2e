import { z } from "zod";
import { intervalsSchema } from "./evaluation-detail.ts";
import { attemptRefSchema, blobRefSchema } from "./ids.ts";
import { wireNumberSchema } from "./numbers.ts";
import { programSpecSchema } from "./program/spec.ts";
import { rangeTestSchema } from "./range-test.ts";
import { trialSettingsSchema } from "./settings.ts";

/**
 * Bumped when a worker of one version cannot serve a coordinator of another. 2: what a worker publishes may be a list of
 * messages. 3: offers may be signed.
 */
export const protocolVersion = 3;

const everyKind = {
  version: z.literal(protocolVersion),
  ref: attemptRefSchema,
  /** Seeds weights, shuffles and dropout. The same for every attempt of a trial. */
  seed: z.int().min(0).max(0xffffffff),
};

/** What every kind says that an engine works on. */
const common = {
  ...everyKind,
  settings: trialSettingsSchema,
  /** The data file, to be fetched by hash. */
  data: blobRefSchema,
};

const metric = z.strictObject({ name: z.string(), goal: z.enum(["minimize", "maximize"]) });

/** Train one trial. */
const trialAssignmentSchema = z.strictObject({
  ...common,
  kind: z.literal("trial"),
  /** Train until this many epochs are done in all, starting after `from.epoch` (0 without a checkpoint). */
  epochs: z.int().min(1),
  /** These are not all epochs of the trial: it ends as paused, with a checkpoint to go on from. */
  pauses: z.literal(true).optional(),
  from: z.strictObject({ epoch: z.int().min(1), checkpoint: blobRefSchema }).optional(),
  metric,
  /** Seconds between checkpoints while training; null: none but at the end. */
  checkpoint_seconds: z.number().gt(0).nullable(),
});
export type TrialAssignment = z.infer<typeof trialAssignmentSchema>;

/** Send what was predicted beside the truth, too, as CSV (worker/data/forecast/scored-table.ts). */
const scoredTableSchema = z.strictObject({ header: z.boolean() });

/** Score a trained model on one split; with `retrain`, the only way to the test rows. */
const evaluateAssignmentSchema = z.strictObject({
  ...common,
  kind: z.literal("evaluate"),
  model: blobRefSchema,
  split: z.enum(["validation", "test"]),
  /** What trials are ranked by: the loss that models are compared by goes with it. */
  metric: z.string().max(60).optional(),
  table: scoredTableSchema.optional(),
  /** What the study's baselines have learned (worker/data/baselines/kept-fits.ts). */
  baselines: blobRefSchema.optional(),
});
export type EvaluateAssignment = z.infer<typeof evaluateAssignmentSchema>;

/**
 * Train a trial's configuration again, on rows that its search held back (worker/protocol/retraining.ts): on validation rows,
 * too, or in several parts on the test rows before each part.
 */
const retrainAssignmentSchema = z.strictObject({
  ...common,
  kind: z.literal("retrain"),
  /** 1: a refit. More: a backtest over that many parts of the test rows. */
  parts: z.int().min(1).max(1000),
  /** How long training was best on the validation rows. */
  epochs: z.int().min(1),
  /** Validation losses of the search by epoch, for a schedule that goes by them. */
  val_losses: z.array(wireNumberSchema).max(1_000_000),
  metric,
  /** Score on test rows; else the answer is the model. */
  score: z.boolean(),
  table: scoredTableSchema.optional(),
  /** Of the search's model. */
  intervals: z.array(intervalsSchema).max(1000).optional(),
});
export type RetrainAssignment = z.infer<typeof retrainAssignmentSchema>;

/** Predict with a trained model; `data` is a file without known answers. */
const predictAssignmentSchema = z.strictObject({
  ...common,
  kind: z.literal("predict"),
  model: blobRefSchema,
  /** Layout series: predict from the end of each series, or after every row that has a window. */
  from: z.enum(["last", "every"]),
  /** Half widths of intervals by target and step, to say how sure the predictions are. */
  widths: z
    .array(z.array(z.number().min(0)).max(100_000))
    .max(1000)
    .optional(),
});
export type PredictAssignment = z.infer<typeof predictAssignmentSchema>;

/**
 * Train a fresh model a few steps with a learning rate that grows by the same factor at each, to see where it
 * learns and where it diverges (Smith 2017, Cyclical Learning Rates, section 3.3). Each step is a report whose
 * `epoch` is the step, from 1; its metrics: `learning_rate`, `train_loss` of the batch, `smoothed_loss`.
 */
const rangeTestAssignmentSchema = z.strictObject({
  ...common,
  kind: z.literal("lr_range_test"),
  test: rangeTestSchema,
});
export type RangeTestAssignment = z.infer<typeof rangeTestAssignmentSchema>;

/** Score what each input of a trained model is worth to it on the validation samples. */
const inputImportanceAssignmentSchema = z.strictObject({
  ...common,
  kind: z.literal("score_inputs"),
  model: blobRefSchema,
  metric,
  /** How often each input is shuffled. */
  repeats: z.int().min(2).max(1000),
});
export type InputImportanceAssignment = z.infer<typeof inputImportanceAssignmentSchema>;

/** Run a program as one trial. `from`: what was in its folder for checkpoints. */
const programAssignmentSchema = z.strictObject({
  ...everyKind,
  kind: z.literal("program"),
  program: programSpecSchema,
  params: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.number()), z.array(z.string())]),
  ),
  /** As in a trial. */
  epochs: z.int().min(1),
  /** Reports of the trial up to this epoch are recorded: one that starts from scratch makes them again, for nothing. */
  reported: z.int().min(0),
  pauses: z.literal(true).optional(),
  from: z.strictObject({ epoch: z.int().min(1), checkpoint: blobRefSchema }).optional(),
  metric,
  /** What it is judged by besides, and has to report, too. */
  further: z.array(z.string()).optional(),
});
export type ProgramAssignment = z.infer<typeof programAssignmentSchema>;

export const assignmentSchema = z.discriminatedUnion("kind", [
  trialAssignmentSchema,
  evaluateAssignmentSchema,
  retrainAssignmentSchema,
  predictAssignmentSchema,
  rangeTestAssignmentSchema,
  inputImportanceAssignmentSchema,
  programAssignmentSchema,
]);
export type Assignment = z.infer<typeof assignmentSchema>;

/** What an engine works on: it has data and settings. */
export type EngineAssignment = Exclude<Assignment, ProgramAssignment>;
