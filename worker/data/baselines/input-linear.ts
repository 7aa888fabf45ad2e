import { fitAffine, predictAffine, thinned, type AffineFit, type Described } from "./affine.ts";
import type { Differences } from "./differences.ts";
import type { InputLinear } from "./fitted.ts";
import type { FittedFeature } from "../inputs/pipeline.ts";
import { sampleCount, type SequenceSet } from "../outputs/sequences.ts";

/** Numbers, at most, that describe a sample: half of them from the past of the targets. */
const widest = 240;
/** Products, at most, that a fit takes. */
const mostProducts = 4e8;
const mostSamples = 4000;

/** How many of its newest values each input gives. */
export function lagsOf(
  features: readonly FittedFeature[],
  targets: readonly string[],
  most: number,
): number[] {
  const isTarget = (feature: FittedFeature): boolean =>
    feature.kind === "numeric" && targets.includes(feature.column);
  const own = features.filter(isTarget).length;
  const room = features.length > own ? widest / 2 : widest;
  const ownLags = Math.min(most, Math.max(2, Math.floor(room / Math.max(1, own))));
  const others = features.filter((feature) => feature.kind === "numeric" && !isTarget(feature)).length;
  const otherLags = Math.min(ownLags, Math.max(1, Math.floor(widest / 2 / Math.max(1, others))));
  return features.map((feature) =>
    isTarget(feature) ? ownLags : feature.kind === "numeric" ? otherLags : 1,
  );
}

export interface InputFit {
  readonly fit: () => InputLinear;
  /** By target: squared error on held training windows over that of repeating the last value. */
  readonly shares: readonly number[];
}

/**
 * Ridge regression of the changes of every target from its last value on the newest values of all inputs, once as they are and
 * once as changes to the newest one. Shrinking is chosen on the last fifth of the training windows.
 */
export function fitInputLinear(
  train: SequenceSet,
  features: readonly FittedFeature[],
  lags: readonly number[],
  targets: number,
): readonly InputFit[] {
  const numeric = features.map(({ kind }) => kind === "numeric");
  const none = features.map(() => false);
  const width = lags.reduce((sum, count) => sum + count, 0);
  const affordable = Math.floor(mostProducts / (width * (width / 2 + train.outputs)));
  const count = sampleCount(train);
  const samples = thinned(count, Math.min(mostSamples, affordable));
  if (samples.length < 2 * width && samples.length < count) return [];
  const options = { samples, held: (sample: number): boolean => sample >= 0.8 * count, targets };
  const fitOf = (relative: readonly boolean[]): AffineFit =>
    fitAffine(described(train, { lags, relative }), train, options);
  const plain = fitOf(none);
  const changes = plain.ofDifferences?.(lessNewest(lags, numeric)) ?? fitOf(numeric);
  return [
    { relative: none, fit: plain },
    { relative: numeric, fit: changes },
  ].map(({ relative, fit: { affine, judged } }): InputFit => {
    const shares = Array.from({ length: targets }, (_, j) => {
      const own = judged.filter(({ output }) => output % targets === j);
      const none = own.reduce((sum, one) => sum + one.none, 0);
      return none > 0 ? own.reduce((sum, { error }) => sum + error, 0) / none : 1;
    });
    return { fit: () => ({ lags: [...lags], relative: [...relative], affine: affine() }), shares };
  });
}

/** What `described` writes where inputs are relative to their newest value, as differences of what it writes where none is. */
function lessNewest(lags: readonly number[], relative: readonly boolean[]): Differences {
  const of: number[] = [];
  const less: number[] = [];
  let newest = 0;
  for (const [f, count] of lags.entries()) {
    for (let lag = relative[f] ? 1 : 0; lag < count; lag++) {
      of.push(newest + lag);
      less.push(relative[f] ? newest : -1);
    }
    newest += count;
  }
  return { of, less };
}

/** Predictions [samples, outputs] in the units of the model. */
export function predictInputLinear({ affine, ...of }: InputLinear, wanted: SequenceSet): Float32Array {
  return predictAffine(described(wanted, of), sampleCount(wanted), affine);
}

/** Windows may be longer than the newest values that are looked at. */
function described(
  { values, features, starts, window }: SequenceSet,
  { lags, relative }: { readonly lags: readonly number[]; readonly relative: readonly boolean[] },
): Described {
  const write = (sample: number, x: Float64Array): void => {
    const end = starts[sample]! + window - 1;
    let index = 0;
    for (let f = 0; f < features; f++) {
      const newest = values[end * features + f]!;
      const origin = relative[f] ? newest : 0;
      for (let lag = relative[f] ? 1 : 0; lag < lags[f]!; lag++) {
        x[index++] = values[(end - lag) * features + f]! - origin;
      }
    }
  };
  const width = lags.reduce((sum, count, f) => sum + count - (relative[f] ? 1 : 0), 0);
  return { width, write };
}
