/** Schemas of the sections of a sweep file, `parameters`, `method` and `early_terminate` aside. */
import { z } from "zod";
import { dataSettingsSchema } from "../../worker/protocol/data-settings.ts";
import { lossSchema, modelSettingsSchema } from "../../worker/protocol/model-settings.ts";
import { durationSchema } from "./duration.ts";
import { allRankingMetrics } from "./metrics.ts";

export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/)
  .meta({
    title: "a name of letters, digits, dots, - and _, at most 80 characters",
    description: "What the study is called; default: the name of this file",
  });

export const descriptionSchema = z.string().max(2000).describe("What the sweep is for, in your words");

export const seedSchema = z
  .int()
  .min(0)
  .max(0xffffffff)
  .describe("Same seed, same configurations (default 1)");

export const metricSchema = z.strictObject({
  name: z
    .enum(allRankingMetrics.map(({ name }) => name))
    .optional()
    .describe("Metric to rank trials by; default: val_mse, or val_accuracy for classes"),
  goal: z.enum(["minimize", "maximize"]).optional().describe("Default: the metric's own direction"),
});

const dataFileSchema = z
  .string()
  .min(1)
  .max(4096)
  .describe(
    "Data file, relative to the folder of this file: CSV (also .gz, .zst), Parquet, Excel, JSON lines, .ts or .arff; or a pattern for several (data/*.csv)",
  );

// Built from the fields alone: rules between fields can only be judged once the searched ones are known.
export const fixedDataSchema = z.strictObject({ ...dataSettingsSchema.shape }).partial();

/** Data settings that may be left open until the data are there. */
export const autoSettings = ["inputs", "predict"] as const;

const auto =
  "`auto` (default) takes change where the targets' levels move within the training rows or may be a random walk";

export const dataSectionSchema = fixedDataSchema.extend({
  file: dataFileSchema,
  inputs: z
    .enum(["auto", ...dataSettingsSchema.shape.inputs.unwrap().options])
    .optional()
    .describe(`${dataSettingsSchema.shape.inputs.description ?? ""}; ${auto}`),
  predict: z
    .enum(["auto", ...dataSettingsSchema.shape.predict.unwrap().options])
    .optional()
    .describe(`${dataSettingsSchema.shape.predict.description ?? ""}; ${auto}`),
});
export const modelSectionSchema = z
  .strictObject({ ...modelSettingsSchema.shape, loss: lossSchema })
  .partial();

export const budgetSchema = z.strictObject({
  trials: z.int().min(1).optional().describe("End after this many trials"),
  epochs: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(20)
    .describe("Epochs a trial trains unless it is stopped earlier"),
  wall_time: durationSchema.optional().describe("End the study after this time: seconds, or 90s, 3m, 1h30m"),
  target: z.number().optional().describe("End when a trial reaches this value of the metric"),
});

/** What `workers.engine` may name: the engines of worker/engines/registry.ts, or whichever runs. */
export const engineChoices = [
  "auto",
  "fused",
  "native",
  "native-avx512",
  "native-avx2",
  "native-plain",
  "wasm",
  "cuda",
  "tfjs",
  "tfjs-node-gpu",
  "tfjs-node",
  "tfjs-wasm",
  "tfjs-cpu",
] as const;

const workerCountSchema = z.int().min(1).max(256);

/** Trials that one process trains at the same time. */
export const lanesSchema = z.union([z.int().min(1).max(1024), z.literal("auto")]);

/** What the engine cuda computes with. */
export const precisionNames = ["single", "fast"] as const;

/** The engine's name with its precision, as worker/engines/registry.ts knows it. */
export function engineWith(engine: string, precision: (typeof precisionNames)[number]): string {
  return precision === "fast" ? `${engine}:fast` : engine;
}

const workerOptions = {
  count: workerCountSchema.default(2).describe("Local worker processes, each trains one trial at a time"),
  lanes: lanesSchema
    .exactOptional()
    .describe(
      "Engine cuda: trials a process trains at once; auto (default): one per multiprocessor. Other engines: one",
    ),
  engine: z.enum(engineChoices).default("auto").describe("Training engine; auto takes the fastest available"),
  precision: z
    .enum(precisionNames)
    .default("single")
    .describe(
      "Engine cuda: fast multiplies on tensor cores, factors rounded to TF32, where the GPU has them",
    ),
};

const workerOptionsSchema = z
  .strictObject(workerOptions)
  .refine(({ engine, precision }) => precision === "single" || engine === "cuda", {
    path: ["precision"],
    message: "fast is there for engine: cuda alone; add that, or leave precision out",
  })
  .transform(({ precision, engine, ...rest }) => ({ ...rest, engine: engineWith(engine, precision) }));

export const workersSchema = z
  .union([workerCountSchema.transform((count) => workerOptionsSchema.parse({ count })), workerOptionsSchema])
  .describe("Local worker processes: how many (default 2), or a mapping");

export const repeatsSchema = z
  .strictObject({
    top: z.int().min(1).max(1000).default(3).describe("How many of the best trials"),
    seeds: z
      .int()
      .min(1)
      .max(1000)
      .default(3)
      .describe("Times to train each again, each time with another seed"),
  })
  .describe("Train the best again with other seeds when the search is over");

const enqueuedSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown())]),
);
/** For editors; `readEnqueue` holds the configurations against the space. */
export const enqueueSchema = z.array(enqueuedSchema).describe("Configurations to try first, in this order");

export const knownSchema = z
  .union([
    z.strictObject({
      csv: z.string().min(1).max(4096).describe("CSV file, relative to the folder of this file"),
    }),
    z.strictObject({ study: nameSchema.describe("Another study of the same database") }),
  ])
  .describe("Results from elsewhere that the search learns from");

/** Every key of a sweep file, in the order of the reference. */
export const sweepKeys: readonly string[] = [
  "name",
  "description",
  "seed",
  "method",
  "metric",
  "metrics",
  "constraints",
  "data",
  "model",
  "program",
  "baselines",
  "parameters",
  "budget",
  "early_terminate",
  "enqueue",
  "known",
  "repeats",
  "workers",
  "lab",
];
