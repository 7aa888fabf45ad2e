import type { DataSettings } from "../../protocol/data-settings.ts";
import { DataError, plural } from "../errors.ts";
import { rowsLost } from "../inputs/difference.ts";
import { differencing } from "../inputs/fit-features.ts";
import type { Inputs } from "../inputs/inputs.ts";
import type { Outputs } from "./outputs.ts";
import { firstScored, leastBefore, rowsRead } from "./scored-rows.ts";
import type { SplitBlock } from "../split/series-split.ts";
import { length, type SplitName } from "../split/split.ts";

/** Windows of one part, each known by the first row after it. */
export interface Windows {
  readonly rows: Int32Array;
  /** How many were left out because a target in them is missing. */
  readonly unscored: number;
}

/** After the search nothing is validated on. */
export const noWindows: Windows = { rows: new Int32Array(0), unscored: 0 };

/**
 * Cuts windows. A window before row t holds the `window` input rows before t and predicts rows t to
 * t + horizon - 1, all of which lie in its part. Training windows hold training rows only. Validation and
 * test windows may reach back into earlier rows of their series, so that every window length predicts the same rows: those that
 * have `leastBefore` rows before them.
 */
export function cutWindows(
  part: SplitName,
  split: readonly SplitBlock[],
  inputs: Inputs,
  outputs: Outputs,
  settings: DataSettings,
): Windows {
  const rows: number[] = [];
  let unscored = 0;
  for (const series of split) {
    const take = (t: number): void => {
      if (outputs.observed(t)) rows.push(t);
      else unscored++;
    };
    if (part === "train") trainingRows(series, inputs, settings, take);
    else laterRows(part, series, inputs, settings, take);
  }
  requireSome(part, split, rows.length, unscored, settings);
  return { rows: Int32Array.from(rows), unscored };
}

function trainingRows(
  series: SplitBlock,
  inputs: Inputs,
  settings: DataSettings,
  take: (t: number) => void,
): void {
  const { window, horizon, stride } = settings;
  const { start, end } = usedRows(series, settings);
  let t = start + 1;
  while (t + horizon <= end && inputs.reach(series.block, start, t) < window) t++;
  for (; t + horizon <= end; t += stride) take(t);
}

/** The training rows that are used: all, or the last `rows`. */
export function usedRows({ train }: SplitBlock, { rows }: DataSettings): { start: number; end: number } {
  return {
    start: rows === undefined ? train.start : Math.max(train.start, train.end - rows),
    end: train.end,
  };
}

function laterRows(
  part: "validation" | "test",
  series: SplitBlock,
  inputs: Inputs,
  settings: DataSettings,
  take: (t: number) => void,
): void {
  const { block } = series;
  const last = series[part].end - settings.horizon;
  const least = rowsRead(settings) - rowsLost(differencing(settings));
  for (let t = firstScored(part, series, settings); t <= last; t++) {
    if (inputs.reach(block, block.start, t) >= least) take(t);
  }
}

/** One window says nothing about a model: a part needs two. */
function requireSome(
  part: SplitName,
  split: readonly SplitBlock[],
  found: number,
  unscored: number,
  settings: DataSettings,
): void {
  if (found > 1) return;
  const { window, horizon } = settings;
  const name = part === "train" ? "training" : part;
  const rows = split.reduce((sum, series) => sum + length(series[part]), 0);
  const what = found === 0 ? "no window" : "one window only";
  if (unscored > 0) {
    throw new DataError(
      `the ${name} part has ${what} whose targets are all there, ${unscored} others miss some: change \`split\`, or choose other targets`,
      { setting: "split" },
    );
  }
  const used = split.reduce((sum, series) => sum + length(usedRows(series, settings)), 0);
  const needed = horizon + 1 + (part === "train" ? window + rowsLost(differencing(settings)) : 0);
  if (part === "train" && used < rows) {
    throw new DataError(
      `\`rows: ${settings.rows}\` leaves ${used} of the ${plural(rows, "training row")}, which gives ${what}: raise \`rows\` to at least ${needed}, or lower \`window\` (${window}) or \`horizon\` (${horizon})`,
      { setting: "rows" },
    );
  }
  if (split.length > 1) throw noneLongEnough(part, split, what, settings);
  const more = rows < needed ? `at least ${needed} of them` : "more";
  const lower =
    part === "train" ? `\`window\` (${window}) or \`horizon\` (${horizon})` : `\`horizon\` (${horizon})`;
  throw new DataError(
    `the ${name} part has ${plural(rows, "row")}, which gives ${what}: give it ${more} by \`split\`, or lower ${lower}`,
    { setting: part === "train" ? "window" : "split" },
  );
}

function noneLongEnough(
  part: SplitName,
  split: readonly SplitBlock[],
  what: string,
  settings: DataSettings,
): DataError {
  const { window, horizon } = settings;
  const lost = rowsLost(differencing(settings));
  if (part === "train") {
    const longest = Math.max(...split.map((series) => length(usedRows(series, settings))));
    const needed = window + lost + horizon;
    return new DataError(
      `the training part has ${what}: a series needs ${needed} rows there, and the longest has ${longest}: lower \`window\` (${window}) or \`horizon\` (${horizon}), or give it more by \`split\``,
      { setting: "window" },
    );
  }
  const before = leastBefore(settings);
  return new DataError(
    `the ${part} part has ${what}: a series needs ${plural(horizon, "row")} there with ${before} rows of its own before them: lower \`horizon\` (${horizon}), \`window\` or \`season\`, or change \`split\``,
    { setting: "split" },
  );
}
