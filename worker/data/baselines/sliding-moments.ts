import { kernels, room } from "./kernels.ts";
import type { Moments } from "./ridge.ts";

/** Samples that begin at `count` rows of a series, one after another, from `start`. */
export interface Stretch {
  readonly start: number;
  readonly count: number;
}

/**
 * G[a, b] = Σᵢ y[i + a] y[i + b], [width, width], over the samples i of all stretches: all that an autoregression on up to
 * `width` rows needs. Entries follow from their upper left neighbours by one product leaving and one entering:
 * O(count · width + width²) instead of O(count · width²).
 */
export interface LagSums {
  readonly sums: Float64Array;
  readonly width: number;
}

export function lagSums(y: Float64Array, stretches: readonly Stretch[], width: number): LagSums {
  const longest = Math.max(0, ...stretches.map(({ count }) => count + width - 1));
  const [some, upper] = room(longest, width * width);
  upper.fill(0);
  for (const { start, count } of stretches) {
    some.set(y.subarray(start, start + count + width - 1));
    kernels().addLagSums(upper.byteOffset, some.byteOffset, count, width);
  }
  kernels().mirror(upper.byteOffset, width);
  return { sums: upper.slice(), width };
}

export interface Autoregression {
  readonly window: number;
  readonly horizon: number;
  /** The newest value itself is an input, too, behind the others. */
  readonly level: boolean;
}

/**
 * Moments of the autoregression of a series on its own past, relative to the newest value: sample i has the
 * inputs y[i + a] - y[i + w - 1], a = 0 to w - 2, and with `level` y[i + w - 1], and the outputs
 * y[i + w + k] - y[i + w - 1], k = 0 to h - 1. Of wider samples the last w + h rows are looked at.
 */
export function slidingMoments({ sums, width }: LagSums, asked: Autoregression): Moments {
  const { window, horizon, level } = asked;
  const skipped = width - window - horizon;
  const inputs = level ? window : window - 1;
  // Rows of `width` numbers, of which those before column `skipped` are not looked at.
  const seen = sums.subarray(skipped * (width + 1));
  const [xx, xy, yy, from] = room(inputs * inputs, inputs * horizon, horizon, seen.length);
  from.set(seen);
  kernels().writeMoments(
    xx.byteOffset,
    xy.byteOffset,
    yy.byteOffset,
    from.byteOffset,
    width,
    window,
    horizon,
    level,
  );
  return { xx: xx.slice(), xy: xy.slice(), yy: yy.slice(), inputs, outputs: horizon };
}
