import { z } from "zod";
import type { Task } from "./data-settings.ts";
import { ownSettingText } from "./optimizer.ts";
import { optimizerNames } from "./optimizers.ts";

export const cellNames = ["lstm", "gru", "rnn"] as const;
export type CellName = (typeof cellNames)[number];

export const lossNames = [
  "mse",
  "mae",
  "huber",
  "quantile",
  "binary_crossentropy",
  "categorical_crossentropy",
] as const;
export type LossName = (typeof lossNames)[number];

/** What a task can be trained on, the usual loss first. Classes need one that makes the outputs probabilities. */
export const lossesOf = {
  regression: ["mse", "mae", "huber", "quantile"],
  binary: ["binary_crossentropy"],
  multiclass: ["categorical_crossentropy"],
  multilabel: ["binary_crossentropy"],
} as const satisfies Readonly<Record<Task, readonly [LossName, ...LossName[]]>>;

export const scheduleNames = ["constant", "step", "cosine", "one_cycle", "reduce_on_plateau"] as const;

const units = z.int().min(1).max(4096);
const decay = z.number().min(0).lt(1);
const share = z.number().min(0).lt(1);

/** The network. */
const networkSettings = {
  cell: z.enum(cellNames).default("lstm").describe("Recurrent cell of every layer"),
  layers: z
    .int()
    .min(0)
    .max(8)
    .default(1)
    .describe("Stacked recurrent layers; 0 is a linear model of the whole window"),
  hidden: z
    .union([units, z.array(units).min(1).max(8), z.literal("auto")])
    .default(32)
    .describe("Units of each layer: one number for all, a list with one number per layer, or `auto`"),
  bidirectional: z
    .boolean()
    .default(false)
    .describe("Read the window in both directions, each with `hidden` units"),
  dropout: share.default(0).describe("Share of each layer's outputs dropped while training"),
  recurrent_dropout: share
    .default(0)
    .describe("Share of the state dropped on its way to the next step, the same units at every step"),
};

/** The step size and how it is used. Values left out take the optimizer's own default (docs/training.md). */
const optimizerSettings = {
  optimizer: z.enum(optimizerNames).default("adam"),
  learning_rate: z.number().gt(0).max(1e6).optional().describe("Step size; default depends on the optimizer"),
  momentum: decay.optional().describe(ownSettingText("momentum", "Decay of the velocity")),
  beta1: decay.optional().describe(ownSettingText("beta1", "Decay of the first moment")),
  beta2: decay.optional().describe(ownSettingText("beta2", "Decay of the second moment")),
  rho: decay.optional().describe(ownSettingText("rho", "Decay of the squared gradients")),
  epsilon: z.number().gt(0).optional().describe(ownSettingText("epsilon", "Keeps divisions finite")),
  batch_size: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(32)
    .describe("Samples in one step; for gradient_descent samples computed at a time"),
  weight_decay: z
    .number()
    .min(0)
    .max(1e6)
    .optional()
    .describe("Share of each kernel taken off per unit of learning rate (default 0.01 for adamw, else 0)"),
  l2: z.number().min(0).max(1e6).default(0).describe("Add l2 × sum of squared kernels to the loss"),
  clip_norm: z
    .number()
    .gt(0)
    .nullable()
    .default(null)
    .describe("Largest global gradient norm; null: no clipping"),
  clip_value: z
    .number()
    .gt(0)
    .nullable()
    .default(null)
    .describe("Largest absolute value of a gradient; null: no clipping"),
};

const scheduleSettings = {
  schedule: z.enum(scheduleNames).default("constant").describe("How the learning rate changes"),
  schedule_epochs: z
    .int()
    .min(1)
    .optional()
    .describe("cosine, one_cycle: epochs the schedule lasts; default: the epochs to train"),
  schedule_every: z.int().min(1).default(10).describe("step: epochs between two changes"),
  schedule_factor: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe("step, reduce_on_plateau: the learning rate is multiplied by this"),
  schedule_patience: z
    .int()
    .min(1)
    .default(5)
    .describe("reduce_on_plateau: epochs without a better validation loss before a change"),
  schedule_warmup: share.default(0.3).describe("one_cycle: share of the steps in which the rate rises"),
};

/** As a sweep file has it: the default is the usual loss of its task (`lossesOf`). */
export const lossSchema = z
  .enum(lossNames)
  .describe(
    "Loss to minimise; by task: regression mse (default), mae, huber, quantile; binary and multilabel binary_crossentropy; multiclass categorical_crossentropy. The cross-entropies make the outputs probabilities",
  );

const lossSettings = {
  loss: lossSchema.default("mse"),
  huber_delta: z.number().gt(0).default(1).describe("huber: errors beyond this count linearly"),
  quantiles: z
    .array(z.number().gt(0).lt(1))
    .min(2)
    .max(20)
    .default([0.05, 0.5, 0.95])
    .describe(
      "quantile: which quantiles of each target are predicted, rising, 0.5 among them: that is what counts as the prediction",
    ),
  class_weights: z
    .union([z.literal("balanced"), z.array(z.number().gt(0)).min(2)])
    .nullable()
    .default(null)
    .describe(
      "Cross-entropies: weight of each class; `balanced`: samples / (classes × samples of the class)",
    ),
  early_stopping: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("End a trial as complete after this many epochs without improvement"),
};

/**
 * The network and how it is trained. Defaults follow Keras; the optimizers' own are in
 * worker/engines/optimizer-defaults.ts. A setting another one makes meaningless (rho with adam) is ignored.
 */
export const modelSettingsSchema = z
  .strictObject({ ...networkSettings, ...optimizerSettings, ...scheduleSettings, ...lossSettings })
  .superRefine((model, context) => {
    const { quantiles } = model;
    if (!quantiles.includes(0.5) || quantiles.some((one, i) => i > 0 && one <= quantiles[i - 1]!)) {
      context.addIssue({
        code: "custom",
        path: ["quantiles"],
        message: `quantiles is [${quantiles.join(", ")}]; let them rise, with 0.5 among them, such as [0.05, 0.5, 0.95]`,
      });
    }
    if (!Array.isArray(model.hidden) || model.hidden.length === model.layers) return;
    context.addIssue({
      code: "custom",
      path: ["hidden"],
      message: `hidden lists ${model.hidden.length} sizes but layers is ${model.layers}; give one size per layer`,
    });
  });
export type ModelSettings = z.infer<typeof modelSettingsSchema>;
