import { type SequenceSet, sampleCount } from "../data/outputs/sequences.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";

/** What each output's loss counts where the target is 1 (`positive`) and where it is 0 (`negative`), [outputs]. */
export interface ClassWeights {
  readonly positive: Float32Array;
  readonly negative: Float32Array;
}

/**
 * Weights of the classes in the cross-entropies, or null when all count the same. A list gives, for
 * categorical_crossentropy, one weight a class; for binary_crossentropy with one output the weights of 0 and 1;
 * with several outputs the weight of each label's 1. The loss is still divided by the number of samples. Of quantiles what an
 * error counts where the target lies above (`positive`) or below: the outputs take turns.
 */
export function classWeights(model: ModelSettings, set: SequenceSet): ClassWeights | null {
  if (model.loss === "quantile") return quantileWeights(model.quantiles, set.outputs);
  if (model.class_weights === null) return null;
  if (model.loss !== "binary_crossentropy" && model.loss !== "categorical_crossentropy") return null;
  if (model.class_weights === "balanced") return balanced(set, model.loss === "categorical_crossentropy");
  return listed(model.class_weights, set.outputs);
}

function quantileWeights(quantiles: readonly number[], outputs: number): ClassWeights {
  const of = (output: number): number => quantiles[output % quantiles.length]!;
  return {
    positive: Float32Array.from({ length: outputs }, (_, output) => of(output)),
    negative: Float32Array.from({ length: outputs }, (_, output) => 1 - of(output)),
  };
}

/** samples / (classes × samples of the class); a class without samples counts 1, it never occurs. */
function balanced(set: SequenceSet, exclusive: boolean): ClassWeights {
  const samples = sampleCount(set);
  const classes = exclusive ? set.outputs : 2;
  const weight = (count: number): number => (count === 0 ? 1 : samples / (classes * count));
  const counts = positives(set);
  return {
    positive: counts.map(weight),
    negative: counts.map((count) => weight(samples - count)),
  };
}

function positives(set: SequenceSet): Float32Array {
  const counts = new Float32Array(set.outputs);
  for (const [index, target] of set.targets.entries()) counts[index % set.outputs]! += target;
  return counts;
}

function listed(weights: readonly number[], outputs: number): ClassWeights {
  if (outputs === 1 && weights.length === 2) {
    return { negative: Float32Array.of(weights[0]!), positive: Float32Array.of(weights[1]!) };
  }
  if (weights.length !== outputs) throw new ClassWeightsMismatch(weights.length, Math.max(2, outputs));
  return { negative: new Float32Array(outputs).fill(1), positive: Float32Array.from(weights) };
}

export class ClassWeightsMismatch extends Error {
  constructor(found: number, classes: number) {
    super(`class_weights lists ${found} weights but there are ${classes} classes; give one weight per class`);
    this.name = "ClassWeightsMismatch";
  }
}
