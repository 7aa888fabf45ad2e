import { z } from "zod";

const name = z.string().max(300);
/** `null`: missing, or not finite. */
const values = z.array(z.number().nullable()).max(5000);

/** What was forecast in one place, beside what came, in the data's units. */
const windowSchema = z.strictObject({
  target: name,
  /** The row before the first that is forecast, as a person names it: its series, its time or its line. */
  origin: name,
  /** Values before the forecast; empty where `rolling`. */
  past: values,
  truth: values,
  forecast: values,
  /** Each value was forecast from the row before it, not all of them from one row. */
  rolling: z.boolean(),
});
export type ForecastWindow = z.infer<typeof windowSchema>;

/** Root mean squared error of one target by step of the horizon, over all samples. */
const stepErrorsSchema = z.strictObject({
  target: name,
  model: values,
  baselines: z.array(z.strictObject({ name, naive: z.boolean(), errors: values })).max(20),
});
export type StepErrors = z.infer<typeof stepErrorsSchema>;

/** Samples that are not in order in time: what was predicted for each, beside the truth. */
const pairsSchema = z.strictObject({ target: name, truth: values, predicted: values });
export type PredictedPairs = z.infer<typeof pairsSchema>;

/** Samples by true class (row) and predicted class (column). */
const confusionSchema = z.strictObject({
  column: name,
  classes: z.array(name).max(1000),
  counts: z.array(z.array(z.int().min(0))).max(1000),
});
export type Confusion = z.infer<typeof confusionSchema>;

/** Half widths of intervals by step, from the errors on the validation rows. */
export const intervalsSchema = z.strictObject({
  target: name,
  /** Share of values that are to lie within. */
  level: z.number().gt(0).lt(1),
  widths: z.array(z.number().min(0)).max(5000),
  /** Share of the values of the evaluated part within them; `null` for the validation rows they come from. */
  coverage: z.number().min(0).max(1).nullable(),
});
export type KnownIntervals = z.infer<typeof intervalsSchema>;

/** How predicted quantiles of one target fared on the samples of the part. */
const quantilesSchema = z.strictObject({
  target: name,
  quantiles: z.array(z.number().gt(0).lt(1)).max(20),
  /** Share of the values at or below each. */
  below: z.array(z.number().min(0).max(1)).max(20),
  /** Share of the values between the lowest and the highest. */
  within: z.number().min(0).max(1),
});
export type KnownQuantiles = z.infer<typeof quantilesSchema>;

/** What a model predicts for the samples of one part, in as much detail as a plot shows. */
export const evaluationDetailSchema = z.strictObject({
  windows: z.array(windowSchema).max(50),
  errors: z.array(stepErrorsSchema).max(50),
  pairs: z.array(pairsSchema).max(50),
  confusions: z.array(confusionSchema).max(50),
  /** Numbers only; not in what earlier versions recorded. */
  intervals: z.array(intervalsSchema).max(1000).optional(),
  /** Of a model of quantiles. */
  quantiles: z.array(quantilesSchema).max(1000).optional(),
  /** Targets of the data, of which only the first few are detailed. */
  targets: z.int().min(1),
});
export type EvaluationDetail = z.infer<typeof evaluationDetailSchema>;
