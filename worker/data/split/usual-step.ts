import type { RowRange } from "./split.ts";

/** The usual distance between two rows, in milliseconds to the microsecond: the median. Undefined without times or with one row. */
export function usualStep({
  times,
  blocks,
}: {
  readonly times?: Float64Array;
  readonly blocks: readonly RowRange[];
}): number | undefined {
  if (times === undefined) return undefined;
  const steps = new Float64Array(times.length);
  let count = 0;
  for (const { start, end } of blocks) {
    for (let row = start + 1; row < end; row++) steps[count++] = times[row]! - times[row - 1]!;
  }
  if (count === 0) return undefined;
  // A double holds a moment of this century to a quarter of a microsecond.
  return Math.round(steps.subarray(0, count).sort()[Math.floor(count / 2)]! * 1000) / 1000;
}
