import type { Arranged } from "./arrange.ts";
import { plural } from "../errors.ts";
import { usualStep } from "./usual-step.ts";
import { timeText } from "../file/moments.ts";

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
  return `${plural(count, "gap")} in time, the widest of about ${plural(widest.rows, "row")} after ${before} (line ${table.lines[widest.row - 1]!}): windows run across as if no time had passed, unless you set \`gaps\` to cut or fill`;
}
