import type { RowRange } from "../split/split.ts";

/** (1 - B^lag)^order, where B is "one row earlier". Order 0 leaves values as they are. */
export interface Differencing {
  readonly order: number;
  readonly lag: number;
}

/** Rows at the start of a series that have no difference. */
export function rowsLost({ order, lag }: Differencing): number {
  return order * lag;
}

/** Differences within each series; NaN in the rows lost at its start. */
export function difference(
  values: Float64Array,
  blocks: readonly RowRange[],
  how: Differencing,
): Float64Array {
  if (how.order === 0) return values;
  const result = new Float64Array(values.length).fill(Number.NaN);
  for (const { start, end } of blocks) {
    for (let row = start + rowsLost(how); row < end; row++) {
      result[row] = values[row]! - carried(how, (back) => values[row - back]!);
    }
  }
  return result;
}

/** What the earlier values add to a difference to give the value: value = difference + carried. */
export function carried({ order, lag }: Differencing, earlier: (back: number) => number): number {
  switch (order) {
    case 0:
      return 0;
    case 1:
      return earlier(lag);
    default:
      return 2 * earlier(lag) - earlier(2 * lag);
  }
}
