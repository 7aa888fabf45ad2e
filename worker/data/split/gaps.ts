import type { Arranged } from "./arrange.ts";
import { plural } from "../errors.ts";
import { timeText } from "../file/time.ts";

/** The usual distance between two rows, in milliseconds: the median. Undefined without times or with one row. */
export function usualStep({ times, blocks }: Pick<Arranged, "times" | "blocks">): number | undefined {
  if (times === undefined) return undefined;
  const steps = new Float64Array(times.length);
  let count = 0;
  for (const { start, end } of blocks) {
    for (let row = start + 1; row < end; row++) steps[count++] = times[row]! - times[row - 1]!;
  }
  return count === 0 ? undefined : steps.subarray(0, count).sort()[Math.floor(count / 2)];
}

/**
 * One sentence when rows lie more than half a step further apart than is usual in their series, as the model does not
 * see it.
 */
export function gapWarning({ times, blocks, table }: Arranged): string | undefined {
  if (times === undefined) return undefined;
  let count = 0;
  let widest = { row: 0, step: 0, rows: 0 };
  for (const block of blocks) {
    const usual = usualStep({ times, blocks: [block] }) ?? Infinity;
    for (let row = block.start + 1; row < block.end; row++) {
      const step = times[row]! - times[row - 1]!;
      if (step <= 1.5 * usual) continue;
      count++;
      if (step > widest.step) widest = { row, step, rows: Math.round(step / usual) - 1 };
    }
  }
  if (count === 0) return undefined;
  const before = timeText(times[widest.row - 1]!);
  return `${plural(count, "gap")} in time, the widest of about ${plural(widest.rows, "row")} after ${before} (line ${table.lines[widest.row - 1]!}): windows run across as if no time had passed`;
}
