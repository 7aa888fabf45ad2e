import type { DataSettings } from "../../protocol/data-settings.ts";

export type Normalise = DataSettings["normalise"];

/** scaled = (value - center) / scale. `scale` 0 marks a constant: it is scaled to 0 whatever its value. */
export interface Scaler {
  readonly center: number;
  readonly scale: number;
}

/** Leaves values as they are. */
export const identity: Scaler = { center: 0, scale: 1 };

export function scaled(scaler: Scaler, value: number): number {
  return scaler.scale === 0 ? 0 : (value - scaler.center) / scaler.scale;
}

/**
 * Fits a scaler to values (training rows only; NaN marks a missing value and is left out).
 * standard: mean and population deviation; minmax: to [0, 1]; robust: median and interquartile range, or
 * the deviation where half of the values are equal.
 */
export function fitScaler(kind: Normalise, values: Float64Array): Scaler {
  const present = known(values);
  if (kind === "none" || present.length === 0) return identity;
  const { low, high } = extent(present);
  if (low === high) return { center: low, scale: 0 };
  switch (kind) {
    case "standard":
      return standard(present);
    case "minmax":
      return { center: low, scale: high - low };
    case "robust":
      return robust(present);
    default:
      return kind satisfies never;
  }
}

export function extent(values: Float64Array): { readonly low: number; readonly high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** The values that are not NaN: themselves, where all are. Plain loops: a million windows are no rarity. */
function known(values: Float64Array): Float64Array {
  let first = 0;
  while (first < values.length && !Number.isNaN(values[first]!)) first++;
  if (first === values.length) return values;
  const present = new Float64Array(values.length);
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) present[count++] = value;
  return present.subarray(0, count);
}

function standard(values: Float64Array): Scaler {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = values[i]! - mean;
    squares += distance * distance;
  }
  return { center: mean, scale: Math.sqrt(squares / values.length) };
}

function robust(values: Float64Array): Scaler {
  const sorted = values.slice().sort();
  const range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  return { center: quantile(sorted, 0.5), scale: range > 0 ? range : standard(values).scale };
}

/** Linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
function quantile(sorted: Float64Array, q: number): number {
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}
