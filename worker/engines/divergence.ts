import { type SequenceSet, sampleCount } from "../data/outputs/sequences.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import { divergenceLimit } from "./engine.ts";

/**
 * The batch loss beyond which training has exploded: `divergenceLimit` times the loss of predicting zero on the
 * training targets. That loss counts as 1 at least, for targets so small that fresh weights already do far worse.
 */
export function divergenceBound(model: ModelSettings, set: SequenceSet): number {
  const zero = zeroLoss(model, set);
  return divergenceLimit * (zero > 1 ? zero : 1);
}

function zeroLoss(model: ModelSettings, set: SequenceSet): number {
  switch (model.loss) {
    case "mse":
      return meanOf(set, (target) => target * target);
    case "mae":
    case "huber":
    case "quantile":
      return meanOf(set, Math.abs);
    case "binary_crossentropy":
      return Math.LN2;
    case "categorical_crossentropy":
      return Math.log(set.outputs);
    default:
      return model.loss satisfies never;
  }
}

function meanOf(set: SequenceSet, of: (target: number) => number): number {
  let sum = 0;
  for (const target of set.targets) sum += of(target);
  return sum / Math.max(1, sampleCount(set) * set.outputs);
}
