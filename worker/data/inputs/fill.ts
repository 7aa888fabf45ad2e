import { complete } from "../file/columns.ts";
import { somePiece, type RowRange } from "../split/split.ts";

/**
 * Missing (NaN) values take the newest earlier value of their series; `leading` where there is none. Gives `values` itself where
 * nothing is missing.
 */
export function fillForward(
  values: Float64Array,
  blocks: readonly RowRange[],
  leading: number,
): Float64Array {
  if (!someMissing(values)) return values;
  const result = values.slice();
  for (const { start, end } of blocks) {
    let last = leading;
    for (let row = start; row < end; row++) {
      if (Number.isNaN(result[row]!)) result[row] = last;
      else last = result[row]!;
    }
  }
  return result;
}

export function someMissing(values: Float64Array): boolean {
  if (complete.has(values)) return false;
  if (somePiece({ start: 0, end: values.length }, (piece) => missingIn(values, piece))) return true;
  complete.add(values);
  return false;
}

function missingIn(values: Float64Array, { start, end }: RowRange): boolean {
  for (let i = start; i < end; i++) if (Number.isNaN(values[i]!)) return true;
  return false;
}

/** Gaps between two values of a series become a straight line; gaps at its ends are filled as `fillForward` does. */
export function fillLinear(values: Float64Array, blocks: readonly RowRange[], leading: number): Float64Array {
  const result = fillForward(values, blocks, leading); // a copy, where there is anything to fill
  for (const { start, end } of blocks) {
    let known = -1;
    for (let row = start; row < end; row++) {
      if (Number.isNaN(values[row]!)) continue;
      if (known >= 0) drawLine(result, known, row);
      known = row;
    }
  }
  return result;
}

function drawLine(values: Float64Array, from: number, to: number): void {
  const slope = (values[to]! - values[from]!) / (to - from);
  const first = values[from]!;
  for (let row = from + 1; row < to; row++) values[row] = first + slope * (row - from);
}
