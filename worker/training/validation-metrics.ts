import type { Metrics } from "../data/outputs/metric.ts";
import type { SequenceSet } from "../data/outputs/sequences.ts";
import type { PreparedData } from "../data/prepared.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import { decodedAnswers, pinballMetrics } from "./answers.ts";
import { predictionLoss } from "./validation-loss.ts";

/**
 * Everything that what a network says of the validation samples [samples, network outputs] is scored by: `val_loss`, `val_mse`, …
 * `scored`: those samples as networks see them.
 */
export function validationMetrics(
  model: ModelSettings,
  prepared: PreparedData,
  scored: SequenceSet,
  said: Float32Array,
): Metrics & { readonly val_loss: number } {
  const { decoded, quantiles } = decodedAnswers(model, prepared, "validation", said);
  return {
    val_loss: predictionLoss(model, scored, said),
    ...prepared.scoreDecoded("validation", decoded),
    ...pinballMetrics(model, prepared, "validation", quantiles),
  };
}
