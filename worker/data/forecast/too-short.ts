import { plural } from "../errors.ts";
import { someSeries } from "../outputs/short-series.ts";
import type { Block } from "../split/blocks.ts";
import { blockText } from "../split/series-split.ts";

/**
 * What to say where series end with fewer input rows than the model looks at: `error` where that holds for all of them.
 * `rows`: the input rows before the end of each block.
 */
export function tooShort(
  blocks: readonly Block[],
  rows: readonly number[],
  window: number,
): { readonly error: string; readonly warnings: readonly string[] } {
  const ends = blocks.map((block, b) => ({ block, rows: rows[b]! })).filter(({ block }) => !block.continues);
  const short = ends.filter((end) => end.rows < window);
  const most = ends.reduce((a, b) => (b.rows > a.rows ? b : a));
  const longest = ends.length === 1 ? "" : ", the most of all series";
  const error = `${blockText(most.block)} has ${plural(most.rows, "input row")}${longest}, fewer than the ${window} that the model looks at: give it more rows`;
  const has = short.length === 1 ? "has" : "have";
  const warning = `no prediction for ${short.length} of ${ends.length} series, which ${has} fewer input rows than the ${window} that the model looks at: ${someSeries(short.map((end) => ({ name: end.block.name, rows: end.rows })))}`;
  return { error, warnings: short.length === 0 ? [] : [warning] };
}
