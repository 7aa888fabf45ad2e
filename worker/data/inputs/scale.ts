import type { DataSettings } from "../../protocol/data-settings.ts";
import { inPieces, type RowRange } from "../split/split.ts";

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

/** What one look at values tells. NaN is left out. */
export interface Summary {
  readonly count: number;
  readonly sum: number;
  /** Infinity and -Infinity where there is none. */
  readonly low: number;
  readonly high: number;
}

/** Of some of the values, by default all. */
export function summaryOf(
  values: Float64Array,
  ranges: readonly RowRange[] = [{ start: 0, end: values.length }],
): Summary {
  const found = { count: 0, sum: 0, low: Infinity, high: -Infinity };
  for (const range of ranges) inPieces(range, (piece) => addTo(found, values, piece));
  return found;
}

function addTo(
  found: { -readonly [K in keyof Summary]: number },
  values: Float64Array,
  piece: RowRange,
): void {
  const { end } = piece;
  let { count, sum, low, high } = found;
  for (let i = piece.start; i < end; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  found.count = count;
  found.sum = sum;
  found.low = low;
  found.high = high;
}

/** 0 where there is no value. */
export function meanOf({ count, sum }: Summary): number {
  return count === 0 ? 0 : sum / count;
}

/**
 * Fits a scaler to values (training rows only; NaN marks a missing value and is left out).
 * standard: mean and population deviation; minmax: to [0, 1]; robust: median and interquartile range, or
 * the deviation where half of the values are equal. `summary`: that of `values`, where it is known.
 */
export function fitScaler(kind: Normalise, values: Float64Array, summary = summaryOf(values)): Scaler {
  const { count, low, high } = summary;
  if (kind === "none" || count === 0) return identity;
  if (low === high) return { center: low, scale: 0 };
  switch (kind) {
    case "standard":
      return standard(values, summary);
    case "minmax":
      return { center: low, scale: high - low };
    case "robust":
      return robust(values, summary);
    default:
      return kind satisfies never;
  }
}

function standard(values: Float64Array, { count, sum }: Summary): Scaler {
  const mean = sum / count;
  const squares = { sum: 0 };
  inPieces({ start: 0, end: values.length }, (piece) => addSquares(squares, values, mean, piece));
  return { center: mean, scale: Math.sqrt(squares.sum / count) };
}

function addSquares(
  squares: { sum: number },
  values: Float64Array,
  mean: number,
  { start, end }: RowRange,
): void {
  let { sum } = squares;
  for (let i = start; i < end; i++) {
    const distance = values[i]! - mean;
    if (!Number.isNaN(distance)) sum += distance * distance;
  }
  squares.sum = sum;
}

function robust(values: Float64Array, summary: Summary): Scaler {
  const sorted = values.slice().sort().subarray(0, summary.count); // NaN comes last
  const range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  return { center: quantile(sorted, 0.5), scale: range > 0 ? range : standard(values, summary).scale };
}

/** Linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
function quantile(sorted: Float64Array, q: number): number {
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}
