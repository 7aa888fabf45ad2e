import {
  featureName,
  type FittedFeature,
  type NumberTarget,
  type Pipeline,
} from "../data/inputs/pipeline.ts";
import { quantilesOf } from "../data/outputs/quantiles.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import type { Member } from "./trained-model.ts";
import type { NamedWeights } from "./weights.ts";

/**
 * Inputs that suit every one of these pipelines, which differ in their training rows: each input that one of them
 * has, numbers in the units of the last that knows a unit.
 */
export function commonPipeline(pipelines: readonly Pipeline[]): Pipeline {
  const features = new Map<string, FittedFeature>();
  for (const feature of pipelines.flatMap((pipeline) => pipeline.features)) {
    const constant = hasUnit(feature) && feature.scale === 0;
    if (!constant || !features.has(featureName(feature))) features.set(featureName(feature), feature);
  }
  return { ...pipelines.at(-1)!, features: [...features.values()] };
}

/** Is it scaled by what was found in the training rows? */
function hasUnit(
  feature: FittedFeature,
): feature is Extract<FittedFeature, { kind: "numeric" | "delta" | "known" }> {
  return feature.kind === "numeric" || feature.kind === "delta" || feature.kind === "known";
}

/**
 * The weights of the network that says of inputs in `common` units, in `common` units, what the member says in its
 * own. Scaling is affine, so it moves into the first kernel and its bias, and into the dense layer:
 * x W + b with x = x' A + a is x' (A W) + (a W + b). Exact but for the rounding of the weights to float32.
 */
export function inUnitsOf(common: Pipeline, member: Member, model: ModelSettings): NamedWeights[] {
  const inputs = inputChanges(common, member.pipeline);
  const first = model.layers === 0 ? "dense" : `${model.cell}0`;
  const scaled = member.weights.map((one, index, all) => {
    if (!one.name.startsWith(`${first}/`)) return one;
    if (one.name.endsWith("/kernel")) return changedKernel(one, inputs, common.features.length);
    if (!one.name.endsWith("/bias")) return one;
    const kernel = all.slice(0, index).findLast(({ name }) => name.endsWith("/kernel"))!;
    return changedBias(one, kernel, inputs);
  });
  return scaled.map((one) =>
    one.name.startsWith("dense/")
      ? changedOutputs(one, member.pipeline.numbers, common.numbers, Math.max(1, quantilesOf(model).length))
      : one,
  );
}

/** How one input of a member comes from an input in common units: own = factor × common[index] + offset. */
interface InputChange {
  readonly index: number;
  readonly factor: number;
  readonly offset: number;
}

function inputChanges(common: Pipeline, own: Pipeline): InputChange[] {
  const names = common.features.map(featureName);
  return own.features.map((feature) => {
    const index = names.indexOf(featureName(feature));
    const other = common.features[index];
    if (!hasUnit(feature) || other === undefined || !hasUnit(other)) return { index, factor: 1, offset: 0 };
    if (feature.scale === 0) return { index, factor: 0, offset: 0 }; // always 0 for this member
    const { center, scale } = feature;
    return { index, factor: other.scale / scale, offset: (other.center - center) / scale };
  });
}

/** Kernels [steps × own inputs, columns], steps being 1 but for the linear model. */
function changedKernel(kernel: NamedWeights, inputs: readonly InputChange[], features: number): NamedWeights {
  const [rows = 0, columns = 0] = kernel.shape;
  const steps = rows / inputs.length;
  const data = new Float32Array(steps * features * columns);
  for (let step = 0; step < steps; step++) {
    for (const [own, { index, factor }] of inputs.entries()) {
      const from = (step * inputs.length + own) * columns;
      const to = (step * features + index) * columns;
      for (let column = 0; column < columns; column++) {
        data[to + column] = factor * kernel.data[from + column]!;
      }
    }
  }
  return { ...kernel, shape: [steps * features, columns], data };
}

function changedBias(bias: NamedWeights, kernel: NamedWeights, inputs: readonly InputChange[]): NamedWeights {
  const columns = bias.data.length;
  const sums = Float64Array.from(bias.data);
  for (const [at, weight] of kernel.data.entries()) {
    const row = Math.floor(at / columns);
    sums[at % columns]! += inputs[row % inputs.length]!.offset * weight;
  }
  return { ...bias, data: Float32Array.from(sums) };
}

/** `ofEach`: outputs in a row that are of one target. Numbers change their unit; probabilities have none. */
function changedOutputs(
  dense: NamedWeights,
  own: readonly NumberTarget[],
  common: readonly NumberTarget[],
  ofEach: number,
): NamedWeights {
  if (own.length === 0) return dense;
  const moves = dense.name.endsWith("/bias");
  const data = dense.data.map((weight, at) => {
    const target = Math.floor(at / ofEach) % own.length;
    const { center, scale } = own[target]!;
    const to = common[target]!;
    return (weight * scale + (moves ? center - to.center : 0)) / to.scale;
  });
  return { ...dense, data };
}
