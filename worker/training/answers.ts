import type { Metrics } from "../data/outputs/metric.ts";
import { metricName, type ScoredSplit } from "../data/outputs/metrics.ts";
import { networkAnswers, pinballLoss, quantilesOf, type QuantileErrors } from "../data/outputs/quantiles.ts";
import type { PreparedData } from "../data/prepared.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";

/** What a model says of samples, in the data's own units, or probabilities [samples, outputs]. */
export interface Answers {
  /** The prediction: of quantiles the median. */
  readonly decoded: Float64Array;
  /** In the order of the model's `quantiles`; none where it predicts none. */
  readonly quantiles: readonly Float64Array[];
}

export function decodedAnswers(
  model: ModelSettings,
  { decode }: Pick<PreparedData, "decode">,
  split: ScoredSplit,
  said: Float32Array,
): Answers {
  const { point, quantiles } = networkAnswers(model, said);
  return { decoded: decode(split, point), quantiles: quantiles.map((one) => decode(split, one)) };
}

/** Undefined where none are predicted. */
export function quantileErrors(
  model: ModelSettings,
  prepared: PreparedData,
  split: ScoredSplit,
  quantiles: readonly Float64Array[],
): QuantileErrors | undefined {
  if (quantiles.length === 0) return undefined;
  const errors = quantiles.map((one) => prepared.errors(split, one) ?? new Float64Array(0));
  return { quantiles: quantilesOf(model), errors };
}

/** The pinball loss in deviations of each target's training rows, like other metrics; nothing without quantiles. */
export function pinballMetrics(
  model: ModelSettings,
  prepared: PreparedData,
  split: ScoredSplit,
  quantiles: readonly Float64Array[],
): Metrics {
  const errors = quantileErrors(model, prepared, split, quantiles);
  if (errors === undefined) return {};
  const scales = prepared.pipeline.numbers.map(({ metric }) => metric.scale);
  return { [metricName(split, "pinball")]: pinballLoss(errors, scales) };
}
