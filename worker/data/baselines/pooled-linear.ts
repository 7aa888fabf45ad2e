import { fitAffine, predictAffine, thinned } from "./affine.ts";
import type { Fitted } from "./fitted.ts";
import { pieceCount, pooled } from "./pooled.ts";
import { sampleCount, type SequenceSet } from "../outputs/sequences.ts";

/** Training samples, at most, that the fit looks at; more hardly move it. */
const mostSamples = 5000;

export type PooledLinear = Extract<Fitted, { method: "pooled linear" }>;

/**
 * Ridge regression from pooled samples to the encoded targets. On classes it is the ridge classifier (targets 0 and 1, the
 * highest wins). Shrinking is chosen on the training samples for which `held` holds, by their number among those looked at
 * and their place in training order from 0 to 1. `others`: sets that are to be predicted, whose samples may be shorter.
 */
export function fitPooledLinear(
  train: SequenceSet,
  others: readonly SequenceSet[],
  held: (sample: number, place: number) => boolean,
): PooledLinear {
  const pieces = pieceCount([train, ...others]);
  const { affine } = fitAffine(pooled(train, pieces), train, {
    samples: thinned(sampleCount(train), mostSamples),
    held: (sample, i) => held(i, sample / sampleCount(train)),
  });
  return { method: "pooled linear", pieces, affine: affine() };
}

/** Predictions [samples, outputs] in the units of the model. */
export function predictPooledLinear({ pieces, affine }: PooledLinear, wanted: SequenceSet): Float32Array {
  return predictAffine(pooled(wanted, pieces), sampleCount(wanted), affine);
}
