import { z } from "zod";
import { evaluationDetailSchema } from "./evaluation-detail.ts";
import { attemptRefSchema, blobRefSchema } from "./ids.ts";
import { inputImportanceSchema } from "./input-importance.ts";
import { programLogSchema } from "./program/spec.ts";
import { rowsSeenSchema } from "./retraining.ts";
import { wireNumberSchema } from "./numbers.ts";

/** Metrics of one epoch by name: `train_loss`, `val_loss`, `val_mse`, ... */
const metricsSchema = z.record(z.string().max(60), wireNumberSchema);
export type WireMetrics = z.infer<typeof metricsSchema>;

/** What computes: `{engine: "tfjs", backend: "wasm", version: "4.22.0", device: "cpu"}`. */
export const engineInfoSchema = z.strictObject({
  engine: z.string(),
  backend: z.string(),
  version: z.string(),
  device: z.string(),
});
export type EngineInfo = z.infer<typeof engineInfoSchema>;

/** How an attempt ended, from the worker's side. */
const attemptEndSchema = z.discriminatedUnion("kind", [
  /** All epochs done. */
  z.strictObject({ kind: z.literal("complete") }),
  /** A verdict stopped it. */
  z.strictObject({ kind: z.literal("stopped") }),
  /** A verdict paused it; `checkpoint` is where it can go on. */
  z.strictObject({ kind: z.literal("paused"), epoch: z.int().min(0), checkpoint: blobRefSchema.optional() }),
  /** The worker shuts down and gives it back. */
  z.strictObject({
    kind: z.literal("handed_back"),
    epoch: z.int().min(0),
    checkpoint: blobRefSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("diverged"),
    epoch: z.int().min(1),
    step: z.int().min(0),
    reason: z.string().max(2000),
  }),
  z.strictObject({
    kind: z.literal("failed"),
    failure: z.enum(["bad_settings", "bad_data", "out_of_memory", "program", "error"]),
    message: z.string().max(4000),
  }),
]);
export type AttemptEnd = z.infer<typeof attemptEndSchema>;
export const attemptEndKinds = [
  "complete",
  "stopped",
  "paused",
  "handed_back",
  "diverged",
  "failed",
] as const satisfies readonly AttemptEnd["kind"][];

/** The best epoch's weights, stored as a blob. */
const modelSchema = z.strictObject({ blob: blobRefSchema, epoch: z.int().min(0) });

/** `n` numbers the messages of one attempt from 0 without gaps; (study, trial, attempt, n) is unique for ever. */
const common = { ref: attemptRefSchema, n: z.int().min(0), worker: z.string().max(120) };

const startedSchema = z.strictObject({ ...common, kind: z.literal("started"), engine: engineInfoSchema });
const reportSchema = z.strictObject({
  ...common,
  kind: z.literal("report"),
  epoch: z.int().min(1),
  metrics: metricsSchema,
  seconds: z.number().min(0),
});
const checkpointSchema = z.strictObject({
  ...common,
  kind: z.literal("checkpoint"),
  epoch: z.int().min(1),
  checkpoint: blobRefSchema,
});
const endedSchema = z.strictObject({
  ...common,
  kind: z.literal("ended"),
  end: attemptEndSchema,
  model: modelSchema.optional(),
  /** Of a program. */
  log: programLogSchema.optional(),
});
/** The model beside a baseline on the same samples (worker/data/baselines/compare.ts). */
const comparisonSchema = z.strictObject({
  baseline: z.string().max(60),
  naive: z.boolean(),
  kind: z.enum(["squared", "absolute", "wrong"]),
  own: z.number(),
  other: z.number(),
  error: z.number().nullable(),
  blocks: z.int().min(1),
});

/** Answer to an `evaluate` assignment, before its `ended`; to `retrain` one for each part, and one for several together. */
const evaluatedSchema = z.strictObject({
  ...common,
  kind: z.literal("evaluated"),
  metrics: metricsSchema,
  baselines: z.record(z.string().max(60), metricsSchema),
  windows: z.int().min(0),
  comparisons: z.array(comparisonSchema).max(100).optional(),
  /** Share of the values to predict that lie outside the range of the training rows; null for classes. */
  outside: z.number().min(0).max(1).nullable().optional(),
  detail: evaluationDetailSchema.optional(),
  /** Of a training after the search. */
  seen: rowsSeenSchema.optional(),
});

/** Answer to a `predict` assignment, before its `ended`: a CSV file. */
const predictedSchema = z.strictObject({
  ...common,
  kind: z.literal("predicted"),
  predictions: blobRefSchema,
  samples: z.int().min(0),
  /** What is odd about the data, in sentences. */
  warnings: z.array(z.string().max(2000)).max(1000).optional(),
});

/** Answer to a `score_inputs` assignment, before its `ended`. */
const inputsScoredSchema = z.strictObject({
  ...common,
  kind: z.literal("inputs_scored"),
  found: inputImportanceSchema,
});

export const workerMessageSchema = z.discriminatedUnion("kind", [
  startedSchema,
  reportSchema,
  checkpointSchema,
  evaluatedSchema,
  predictedSchema,
  inputsScoredSchema,
  endedSchema,
]);
export type WorkerMessage = z.infer<typeof workerMessageSchema>;

/** What the coordinator orders a running attempt to do. */
export const orderSchema = z.strictObject({ kind: z.enum(["stop", "pause"]), reason: z.string().max(2000) });
export type Order = z.infer<typeof orderSchema>;

/**
 * A worker as the registry knows it. One process is one worker with one slot. What a later version adds is left out.
 */
export const workerInfoSchema = z.object({
  id: z.string().max(120),
  host: z.string().max(255),
  pid: z.int(),
  version: z.string(),
  engine: engineInfoSchema.optional(),
  labels: z.record(z.string(), z.string()),
  running: attemptRefSchema.optional(),
  /** The one GPU it sees, as its machine numbers them. */
  gpu: z.string().max(80).optional(),
  /** Of what it runs. */
  progress: z
    .strictObject({ epoch: z.int().min(0), epochs: z.int().min(0), epochs_per_second: z.number().min(0) })
    .optional(),
  /** How the process before this one ended, when a slot was started again: what that one ran is over. */
  before: z.string().max(2000).optional(),
  /** What its clock showed when it said this, milliseconds since 1970. */
  clock: z.number().optional(),
  /** When its process began by its own clock, milliseconds since 1970: with `pid`, which process it is. */
  started: z.number().optional(),
  /** Seconds since then by a clock that cannot be set: what was given out before is not held by this process. */
  up: z.number().min(0).optional(),
  /** The version of the protocol it speaks; absent: 1, which did not say so at first. */
  protocol: z.int().optional(),
});
export type WorkerInfo = z.infer<typeof workerInfoSchema>;
