import type { LossKind } from "../outputs/losses.ts";

/** A model beside a baseline on the same samples, in numbers that an interval follows from. */
export interface Comparison {
  readonly baseline: string;
  readonly naive: boolean;
  readonly kind: LossKind;
  /** Mean loss of the model and of the baseline. */
  readonly own: number;
  readonly other: number;
  /**
   * Standard error of `own / other`, or for classes of `own - other` (shares of wrong labels); `null` where fewer than two
   * independent blocks leave it unknown.
   */
  readonly error: number | null;
  /** Independent blocks the error rests on: blocks of windows, or samples. */
  readonly blocks: number;
}

interface Pair {
  readonly baseline: string;
  readonly naive: boolean;
  readonly kind: LossKind;
  /** Of each sample. */
  readonly own: Float64Array;
  readonly other: Float64Array;
  /** The block of each sample; absent where samples are independent. */
  readonly blockOf?: Int32Array | undefined;
}

/**
 * The error of a ratio of means is that of its linearisation (Cochran 1977, Sampling Techniques, 6.4). Shares of wrong labels
 * are compared by their difference; of independent samples after half a sample is added to each way of disagreeing, and
 * one to agreeing (Agresti and Min 2005), so that few samples without a disagreement do not look certain.
 */
export function compare({ baseline, naive, kind, own, other, blockOf }: Pair): Comparison {
  const [ownMean, otherMean] = [mean(own), mean(other)];
  const ratio = kind === "wrong" ? 1 : ownMean / otherMean;
  const blocks = blockMeans(
    own.map((loss, i) => loss - ratio * other[i]!),
    blockOf,
  );
  const about = { baseline, naive, kind, own: ownMean, other: otherMean, blocks: blocks.length };
  if (kind === "wrong" && blockOf === undefined) return { ...about, error: smoothedError(blocks) };
  const error = standardError(blocks) / (kind === "wrong" ? 1 : otherMean);
  return { ...about, error: Number.isFinite(error) ? error : null };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function blockMeans(values: Float64Array, blockOf: Int32Array | undefined): Float64Array {
  if (blockOf === undefined) return values;
  const sums = new Map<number, { sum: number; count: number }>();
  for (const [i, value] of values.entries()) {
    const block = sums.get(blockOf[i]!) ?? { sum: 0, count: 0 };
    block.sum += value;
    block.count += 1;
    sums.set(blockOf[i]!, block);
  }
  return Float64Array.from(sums.values(), ({ sum, count }) => sum / count);
}

function standardError(values: Float64Array): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

function smoothedError(differences: Float64Array): number {
  const n = differences.length + 2;
  const sum = differences.reduce((total, value) => total + value, 0);
  const squares = differences.reduce((total, value) => total + value * value, 1);
  return Math.sqrt((squares - (sum * sum) / n) / (n * n));
}
