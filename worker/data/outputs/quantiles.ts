import type { ModelSettings } from "../../protocol/model-settings.ts";
import type { SequenceSet } from "./sequences.ts";

type Asked = Pick<ModelSettings, "loss" | "quantiles">;

/** The quantiles that a model predicts of each target; none where it predicts one number. */
export function quantilesOf({ loss, quantiles }: Asked): readonly number[] {
  return loss === "quantile" ? quantiles : [];
}

/** What comes out of the network by name: of each output its quantiles in turn, `OT+1 q0.05`, or the output itself. */
export function networkOutputs(model: Asked, outputs: readonly string[]): readonly string[] {
  const quantiles = quantilesOf(model);
  if (quantiles.length === 0) return outputs;
  return outputs.flatMap((name) => quantiles.map((quantile) => `${name} q${quantile}`));
}

/** Samples as a network of these settings wants them: every target once for each of its quantiles. */
export function networkSamples(model: Asked, set: SequenceSet): SequenceSet {
  const count = quantilesOf(model).length;
  if (count === 0) return set;
  const targets = new Float32Array(set.targets.length * count);
  for (const [i, target] of set.targets.entries()) targets.fill(target, i * count, (i + 1) * count);
  return { ...set, targets, outputs: set.outputs * count };
}

/** What a network says, apart: of each quantile [samples, outputs]. */
export interface NetworkAnswers {
  /** The median, or where no quantiles are predicted the prediction. */
  readonly point: Float32Array;
  /** In the order of `quantiles`; none where no quantiles are predicted. */
  readonly quantiles: readonly Float32Array[];
}

/**
 * Takes what comes out of a network apart. Quantiles that cross are put in order, which never makes them worse (Chernozhukov,
 * Fernández-Val and Galichon 2010, Quantile and Probability Curves Without Crossing).
 */
export function networkAnswers(model: Asked, said: Float32Array): NetworkAnswers {
  const asked = quantilesOf(model);
  const count = asked.length;
  if (count === 0) return { point: said, quantiles: [] };
  const quantiles = asked.map(() => new Float32Array(said.length / count));
  for (let i = 0; i < said.length / count; i++) {
    const ordered = said.slice(i * count, (i + 1) * count).sort();
    for (const [q, value] of ordered.entries()) quantiles[q]![i] = value;
  }
  return { point: quantiles[asked.indexOf(0.5)]!, quantiles };
}

/** Of each quantile the predictions less the truth [samples, outputs], in the data's own units. */
export interface QuantileErrors {
  readonly quantiles: readonly number[];
  readonly errors: readonly Float64Array[];
}

/** The mean pinball loss over quantiles, samples and outputs, in units of each target: `scales`, by target. */
export function pinballLoss({ quantiles, errors }: QuantileErrors, scales: readonly number[]): number {
  let sum = 0;
  let count = 0;
  for (const [q, quantile] of quantiles.entries()) {
    for (const [i, error] of errors[q]!.entries()) {
      const weight = error > 0 ? 1 - quantile : quantile;
      sum += (weight * Math.abs(error)) / scales[i % scales.length]!;
      count++;
    }
  }
  return sum / count;
}

/** Of target `j` of `targets`, the share of values at or below each quantile, and between the outermost. */
export function shares(
  { errors }: QuantileErrors,
  j: number,
  targets: number,
): { readonly below: readonly number[]; readonly within: number } {
  const lowest = errors[0]!;
  const highest = errors.at(-1)!;
  const below = errors.map(() => 0);
  let within = 0;
  let count = 0;
  for (let i = j; i < lowest.length; i += targets, count++) {
    for (const [q, own] of errors.entries()) if (own[i]! >= 0) below[q]! += 1;
    if (lowest[i]! <= 0 && highest[i]! >= 0) within++;
  }
  return { below: below.map((found) => found / count), within: within / count };
}
