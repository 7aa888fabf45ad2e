import type { SequenceSet } from "../data/outputs/sequences.ts";
import type { ModelDims, WeightShape } from "../protocol/model-shape.ts";
import type { NamedWeights } from "./engine.ts";

export function dimsOf(set: SequenceSet): ModelDims {
  return { features: set.features, window: set.window, outputs: set.outputs };
}

/** Stored weights do not belong to this model. */
export class WeightsMismatch extends Error {
  constructor(problem: string) {
    super(
      `stored weights do not fit the model: ${problem}; load them with the settings they were trained with`,
    );
    this.name = "WeightsMismatch";
  }
}

/** The stored weights, checked to be exactly those of `shapes` in their order. */
export function checkedWeights(
  shapes: readonly WeightShape[],
  stored: readonly NamedWeights[],
): readonly NamedWeights[] {
  if (stored.length !== shapes.length) {
    throw new WeightsMismatch(`${shapes.length} expected, ${stored.length} found`);
  }
  for (const [index, { name, shape }] of shapes.entries()) {
    const found = stored[index]!;
    if (found.name !== name) throw new WeightsMismatch(`${name} expected, ${found.name} found`);
    if (found.shape.join() !== shape.join()) {
      throw new WeightsMismatch(`${name} should be [${shape.join(", ")}] and is [${found.shape.join(", ")}]`);
    }
  }
  return stored;
}
