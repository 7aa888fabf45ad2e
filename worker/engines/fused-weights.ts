import { elements, type WeightShape } from "../protocol/model-shape.ts";
import type { NamedWeights } from "./engine.ts";
import { checkedWeights } from "./weights.ts";

/** Writes named weights one after the other into one vector; throws `WeightsMismatch` when they are not those of `shapes`. */
export function loadFlat(
  shapes: readonly WeightShape[],
  stored: readonly NamedWeights[],
  flat: Float32Array,
): void {
  let offset = 0;
  for (const { data } of checkedWeights(shapes, stored)) {
    flat.set(data, offset);
    offset += data.length;
  }
}

/** The optimizer's memory of each weight, slot by slot. */
export function slotShapes(shapes: readonly WeightShape[], slots: readonly string[]): WeightShape[][] {
  return slots.map((slot) => shapes.map(({ name, shape }) => ({ name: `${slot}/${name}`, shape })));
}

/** Copies of the weights that lie one after the other in `flat`. */
export function namedFlat(shapes: readonly WeightShape[], flat: Float32Array): NamedWeights[] {
  let offset = 0;
  return shapes.map(({ name, shape }) => {
    const start = offset;
    offset += elements(shape);
    return { name, shape, data: flat.slice(start, offset) };
  });
}
