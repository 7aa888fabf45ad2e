import type { Metrics } from "../data/outputs/metric.ts";
import { networkSamples } from "../data/outputs/quantiles.ts";
import type { PreparedData } from "../data/prepared.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import { decodedAnswers, pinballMetrics } from "./answers.ts";
import { predictionLoss } from "./validation-loss.ts";

/** Everything that what a network says of the validation samples [samples, network outputs] is scored by: `val_loss`, `val_mse`, … */
export function validationMetrics(
  model: ModelSettings,
  prepared: PreparedData,
  said: Float32Array,
): Metrics & { readonly val_loss: number } {
  const { decoded, quantiles } = decodedAnswers(model, prepared, "validation", said);
  return {
    val_loss: predictionLoss(model, networkSamples(model, prepared.validation), said),
    ...prepared.scoreDecoded("validation", decoded),
    ...pinballMetrics(model, prepared, "validation", quantiles),
  };
}
