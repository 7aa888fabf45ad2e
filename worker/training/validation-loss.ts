import type { SequenceSet } from "../data/outputs/sequences.ts";
import { classWeights, type ClassWeights } from "../engines/class-weights.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";

/** Keeps a logarithm finite where a model is certain and wrong. */
const smallestProbability = 1e-7;

/**
 * The loss of predictions [samples, outputs] in the units a model trains on, without penalties: mse, mae, huber,
 * quantile and binary_crossentropy are means over samples and outputs, categorical_crossentropy over samples.
 */
export function predictionLoss(model: ModelSettings, set: SequenceSet, predictions: Float32Array): number {
  const weights = classWeights(model, set);
  const { targets, outputs } = set;
  let sum = 0;
  for (let i = 0; i < targets.length; i++) {
    sum += term(model, predictions[i]!, targets[i]!, i % outputs, weights);
  }
  return sum / (model.loss === "categorical_crossentropy" ? targets.length / outputs : targets.length);
}

function term(
  model: ModelSettings,
  predicted: number,
  target: number,
  output: number,
  weights: ClassWeights | null,
): number {
  const error = Math.abs(predicted - target);
  switch (model.loss) {
    case "mse":
      return error * error;
    case "mae":
      return error;
    case "huber": {
      const inner = Math.min(error, model.huber_delta);
      return inner * (error - inner / 2);
    }
    case "binary_crossentropy":
      return -(
        target * (weights?.positive[output] ?? 1) * safeLog(predicted) +
        (1 - target) * (weights?.negative[output] ?? 1) * safeLog(1 - predicted)
      );
    case "quantile":
      return error * (predicted > target ? weights!.negative[output]! : weights!.positive[output]!);
    case "categorical_crossentropy":
      return -target * (weights?.positive[output] ?? 1) * safeLog(predicted);
    default:
      return model.loss satisfies never;
  }
}

function safeLog(probability: number): number {
  return Math.log(probability < smallestProbability ? smallestProbability : probability);
}
