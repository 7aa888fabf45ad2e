import { z } from "zod";

const numbers = z.array(z.number());

/** A ridge fit of encoded targets on numbers that describe a sample: (x - xMeans) W + yMeans. */
const affineSchema = z.strictObject({
  xMeans: numbers,
  yMeans: numbers,
  /** [outputs, inputs], row-major. */
  weights: numbers,
});
export type Affine = z.infer<typeof affineSchema>;

/**
 * Of one target: weights [horizon, window - 1] of its last values, all relative to the newest. `level`: weights [horizon] of the
 * newest value's distance from a centre, in the data's units.
 */
const ownLinearSchema = z.strictObject({
  window: z.int().min(2),
  weights: numbers,
  level: z.strictObject({ center: z.number(), weights: numbers }).optional(),
});
export type OwnLinear = z.infer<typeof ownLinearSchema>;

/** Over all inputs: how many of its newest values each input gives, by column of the inputs. */
const inputLinearSchema = z.strictObject({
  lags: z.array(z.int().min(0)),
  /** By column: shown as the change to the newest value. */
  relative: z.array(z.boolean()),
  affine: affineSchema,
});
export type InputLinear = z.infer<typeof inputLinearSchema>;

/** Exponential smoothing with additive damped trend and season (ETS(A,Ad,A)); factors from 0 to 1. */
const smoothingSchema = z.strictObject({
  /** Rows in a season, 1 without one. */
  season: z.int().min(1),
  level: z.number(),
  trend: z.number(),
  damping: z.number(),
  seasonal: z.number(),
});
export type Smoothing = z.infer<typeof smoothingSchema>;

/** Random convolutions: kernels of nine weights, dilated, over some of the inputs. */
const convolutionsSchema = z.strictObject({
  kernels: z.array(
    z.strictObject({
      /** Places of the three weights 2; the other six are -1. */
      at: z.tuple([z.int(), z.int(), z.int()]),
      dilation: z.int().min(1),
      inputs: z.array(z.int().min(0)).min(1),
      biases: numbers,
    }),
  ),
});
export type Convolutions = z.infer<typeof convolutionsSchema>;

/** What a simple method has learned from training samples, as plain JSON: enough to predict with. */
export const fittedSchema = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("repeat last") }),
  z.strictObject({ method: z.literal("season ago"), season: z.int().min(1) }),
  /** The value a season ago and the mean change of a season; with a season of 1 the last value and that of a row. */
  z.strictObject({ method: z.literal("drift"), season: z.int().min(1), change: numbers }),
  z.strictObject({ method: z.literal("ets"), targets: z.array(smoothingSchema) }),
  z.strictObject({
    method: z.literal("linear"),
    /** By target; null where `joint` does better. */
    own: z.array(ownLinearSchema.nullable()),
    joint: z.array(inputLinearSchema),
    /** By target: its own past, or which of `joint`. */
    chosen: z.array(z.union([z.literal("own"), z.int().min(0)])),
  }),
  /** The same for every sample, in the units of the model. */
  z.strictObject({ method: z.literal("constant"), outputs: numbers }),
  z.strictObject({ method: z.literal("pooled linear"), pieces: z.int().min(1), affine: affineSchema }),
  z.strictObject({
    method: z.literal("random convolutions"),
    convolutions: convolutionsSchema,
    affine: affineSchema,
  }),
]);
export type Fitted = z.infer<typeof fittedSchema>;

/** A simple method, fitted. */
export interface FittedBaseline {
  /** `repeat last`, `season ago`, `season ago (24)`, `drift`, `ets`, `linear`, `mean`, `majority class`, `random convolutions`. */
  readonly name: string;
  /** Knows nothing but past values or class counts. */
  readonly naive: boolean;
  readonly fitted: Fitted;
}
