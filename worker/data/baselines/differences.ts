import type { Moments } from "./ridge.ts";

/** Inputs made of others: each is one of them, less another one or nothing (-1). */
export interface Differences {
  readonly of: readonly number[];
  readonly less: readonly number[];
}

/** The moments of such inputs, from those of the ones they are made of. */
export function differenceMoments({ xx, xy, inputs, ...rest }: Moments, differences: Differences): Moments {
  const count = differences.of.length;
  const half = rowDifferences(xx, inputs, differences);
  const both = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const less = differences.less[j]!;
      both[i * count + j] =
        half[i * inputs + differences.of[j]!]! - (less < 0 ? 0 : half[i * inputs + less]!);
    }
  }
  return { ...rest, xx: both, xy: rowDifferences(xy, rest.outputs, differences), inputs: count };
}

/** Differences of rows of `width` numbers. */
export function rowDifferences(values: Float64Array, width: number, { of, less }: Differences): Float64Array {
  const found = new Float64Array(of.length * width);
  for (let i = 0; i < of.length; i++) {
    const [row, other] = [of[i]! * width, less[i]! * width];
    for (let k = 0; k < width; k++) {
      found[i * width + k] = values[row + k]! - (other < 0 ? 0 : values[other + k]!);
    }
  }
  return found;
}
