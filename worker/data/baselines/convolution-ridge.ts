import { rngFor } from "../../../search/random.ts";
import { fitAffine, predictAffine, thinned } from "./affine.ts";
import { convolvedShares, drawConvolutions } from "./convolutions.ts";
import type { Fitted } from "./fitted.ts";
import { sampleCount, type SequenceSet } from "../outputs/sequences.ts";

/** Training samples, at most, that the fit looks at. */
const mostSamples = 3000;
/** Additions, at most, that describing all samples takes. */
const mostAdditions = 1.5e9;
/** Pairs of kernel and dilation, three numbers each. */
const mostKernels = 168;
/** Fewer of them say too little. */
const fewestKernels = 21;
/** The same kernels every time. */
const seed = 1;

export type ConvolutionRidge = Extract<Fitted, { method: "random convolutions" }>;

/** Ridge regression on random convolutions; undefined where samples are too short or too many for it to be quick. */
export function fitConvolutionRidge(
  train: SequenceSet,
  others: readonly SequenceSet[],
  held: (sample: number) => boolean,
): ConvolutionRidge | undefined {
  const samples = thinned(sampleCount(train), mostSamples);
  const wanted = samples.length + others.reduce((sum, set) => sum + sampleCount(set), 0);
  const additions = wanted * train.window * (9 + Math.min(9, train.features));
  const count = Math.min(mostKernels, Math.floor(mostAdditions / additions));
  if (count < fewestKernels || train.window < 4) return undefined;
  const convolutions = drawConvolutions(train, count, rngFor(seed, "random convolutions"));
  const { affine } = fitAffine(convolvedShares(train, convolutions), train, {
    samples,
    held: (_, i) => held(i),
  });
  return { method: "random convolutions", convolutions, affine: affine() };
}

/** Predictions [samples, outputs] in the units of the model. */
export function predictConvolutionRidge(
  { convolutions, affine }: ConvolutionRidge,
  wanted: SequenceSet,
): Float32Array {
  return predictAffine(convolvedShares(wanted, convolutions), sampleCount(wanted), affine);
}
