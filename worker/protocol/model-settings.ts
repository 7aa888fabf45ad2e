import { z } from "zod";

export const optimizerNames = [
  "adam",
  "sgd",
  "momentum",
  "nesterov",
  "rmsprop",
  "adagrad",
  "adadelta",
] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** The network and how it is trained. Defaults follow Keras, learning rates included (`learning_rate` absent). */
export const modelSettingsSchema = z.strictObject({
  layers: z
    .int()
    .min(0)
    .max(8)
    .default(1)
    .describe("Stacked LSTM layers; 0 is a linear model of the whole window"),
  hidden: z.int().min(1).max(4096).default(32).describe("Units of each LSTM layer"),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("Share of each layer's outputs dropped while training"),
  optimizer: z.enum(optimizerNames).default("adam"),
  learning_rate: z.number().gt(0).max(1e6).optional().describe("Step size; default depends on the optimizer"),
  momentum: z
    .number()
    .min(0)
    .lt(1)
    .default(0.9)
    .describe("For momentum, nesterov and rmsprop (there 0 unless set)"),
  beta1: z.number().min(0).lt(1).default(0.9).describe("Adam: decay of the first moment"),
  beta2: z.number().min(0).lt(1).default(0.999).describe("Adam: decay of the second moment"),
  epsilon: z.number().gt(0).default(1e-7),
  rho: z.number().min(0).lt(1).default(0.9).describe("RMSprop, AdaDelta: decay of the squared gradients"),
  batch_size: z.int().min(1).max(1_000_000).default(32),
  loss: z.enum(["mse"]).default("mse"),
  clip_norm: z
    .number()
    .gt(0)
    .nullable()
    .default(null)
    .describe("Largest global gradient norm; null: no clipping"),
});
export type ModelSettings = z.infer<typeof modelSettingsSchema>;
