import type { DataSettings } from "../../protocol/data-settings.ts";
import { firstOf, plural, shortened } from "../errors.ts";
import type { SplitBlock } from "../split/series-split.ts";
import { length } from "../split/split.ts";
import { firstScored, rowsRead, type LaterPart } from "./scored-rows.ts";
import { usedRows } from "./windows.ts";

/** Series named in a sentence, at most. */
const named = 3;

/** One sentence on the series of several that no window can be cut from; empty where there are none. */
export function shortSeriesWarnings(split: readonly SplitBlock[], settings: DataSettings): string[] {
  const series = wholeSeries(split);
  const short = series.filter((stretches) => !stretches.some((stretch) => givesWindow(stretch, settings)));
  if (short.length === 0 || series.length === 1) return [];
  const names = short.map((stretches) => ({
    name: stretches[0]!.block.name,
    rows: stretches.reduce((sum, { block }) => sum + length(block), 0),
  }));
  const { horizon, rows_before: before } = settings;
  const look = rowsRead(settings);
  const some = before === undefined ? "" : "; shorter windows may train on some";
  const give = short.length === 1 ? "gives no window and is" : "give no window and are";
  return [
    `${short.length} of ${series.length} series ${give} left out: ${someSeries(names)}; a series needs at least ${plural(look + horizon, "row")}, ${look} to look at and ${horizon} to predict in one part of \`split\`${some}`,
  ];
}

/** `"C" (12 rows), "G" (1 row), "H" (3 rows) and 4 more`. */
export function someSeries(
  all: readonly { readonly name: string | undefined; readonly rows: number }[],
): string {
  return firstOf(
    all.map(({ name = "", rows }) => `${JSON.stringify(shortened(name))} (${plural(rows, "row")})`),
    named,
  );
}

/** The stretches between gaps of each series. */
function wholeSeries(split: readonly SplitBlock[]): readonly (readonly SplitBlock[])[] {
  const found: SplitBlock[][] = [];
  let goesOn = false;
  for (const stretch of split) {
    if (goesOn) found.at(-1)!.push(stretch);
    else found.push([stretch]);
    goesOn = stretch.block.continues === true;
  }
  return found;
}

function givesWindow(stretch: SplitBlock, settings: DataSettings): boolean {
  const scores = (part: LaterPart): boolean =>
    firstScored(part, stretch, settings) + settings.horizon <= stretch[part].end;
  const trained = length(usedRows(stretch, settings));
  return trained >= rowsRead(settings) + settings.horizon || scores("validation") || scores("test");
}
