import { scaleRows, type EncodedFeature, type Scaling } from "./encode-features.ts";
import { identity } from "./scale.ts";
import type { RowRange } from "../split/split.ts";

/** Inputs that are encoded at once: a million rows of each take 8 MB until they are in the table. */
const together = 8;

/** Rows of them that are put into the table at once, and stay in the processor's cache meanwhile. */
const rowsAtOnce = 512;

const unscaled: Scaling = { scaler: identity, absent: Number.NaN };

/** The items in groups of those that are encoded at once. */
export function groupsOf<T>(
  items: readonly T[],
): readonly { readonly first: number; readonly group: readonly T[] }[] {
  return Array.from({ length: Math.ceil(items.length / together) }, (_, g) => {
    const first = g * together;
    return { first, group: items.slice(first, first + together) };
  });
}

/** Puts some rows of inputs `first` and the following ones into `table` [rows, width]. */
export function putRows(
  encoded: readonly EncodedFeature[],
  first: number,
  { start, end }: RowRange,
  table: Float32Array,
  width: number,
): void {
  for (let from = start; from < end; from += rowsAtOnce) {
    const range = { start: from, end: Math.min(from + rowsAtOnce, end) };
    for (const [i, { values, scaling = unscaled }] of encoded.entries())
      scaleRows(values, scaling, range, table, from * width + first + i, width);
  }
}
