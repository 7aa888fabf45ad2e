import type { DataSettings, SplitSettings } from "../../protocol/data-settings.ts";
import type { Arranged, Block } from "./arrange.ts";
import { DataError } from "../errors.ts";
import { retrainedParts, searchFold, type Fold } from "./retraining.ts";
import { splitByUnit } from "./split-units.ts";
import { splitByColumn } from "./split-column.ts";
import { length, splitRows, type RowRange, type SplitRanges } from "./split.ts";

/** A series and its rows in each part, in rows of the whole table. */
export interface SplitBlock extends SplitRanges {
  readonly block: Block;
  /** Rows in whose units metrics are; absent: `train`. */
  readonly measured?: RowRange;
}

/**
 * Fold `fold` (from 0) of `folds` by rolling origin: validation parts as long as that of `ranges` lie one
 * after another, the last being that part itself; each fold trains on all rows before its own.
 */
export function foldRanges(ranges: SplitRanges, folds: number, fold: number): SplitRanges {
  const { train, validation, test } = ranges;
  const size = length(validation);
  const start = validation.start - (folds - 1 - fold) * size;
  if (start > train.start) {
    return {
      train: { start: train.start, end: start },
      validation: { start, end: start + size },
      test,
    };
  }
  throw new DataError(
    `\`folds: ${folds}\` needs more than ${(folds - 1) * size} training rows (${folds - 1} times the ${size} validation rows) and there are ${length(train)}: lower \`folds\` or the validation part of \`split\``,
    { setting: "folds" },
  );
}

/**
 * Cuts every series into training, validation and test rows. With several series and a time column, all are
 * cut at the same moments, so that nothing is trained on that lies after the start of validation elsewhere.
 */
export function splitSeries(arranged: Arranged, settings: DataSettings, fold?: Fold): readonly SplitBlock[] {
  if (arranged.blocks.some(({ continues }) => continues === true))
    return splitSegments(arranged, settings, fold);
  const split = splitForSearch(arranged, settings, searchFold(fold));
  return typeof fold === "object" ? retrainedParts(split, arranged.times, fold) : split;
}

function splitForSearch(
  arranged: Arranged,
  settings: DataSettings,
  fold: number | undefined,
): readonly SplitBlock[] {
  const { blocks, times, table } = arranged;
  const { split, folds } = settings;
  const ofFold = (ranges: SplitRanges): SplitRanges =>
    folds === undefined || fold === undefined ? ranges : foldRanges(ranges, folds, fold);
  if ("by" in split) {
    if (folds === undefined) return splitByUnit(arranged, split);
    throw new DataError("`folds` does not go with `split: {by: …}`: leave one of them out", {
      setting: "folds",
    });
  }
  if ("column" in split) {
    return blocks.map((block) => ({ block, ...ofFold(splitByColumn(table, split, block)) }));
  }
  const only = blocks.length === 1 ? blocks[0] : undefined;
  if (only !== undefined) return [{ block: only, ...ofFold(splitRows(split, length(only), times)) }];
  if ("train" in split && split.train >= 1) {
    throw new DataError(
      "row counts in `split` do not say how to cut several series: use fractions or dates",
      {
        setting: "split",
      },
    );
  }
  if (times !== undefined) return splitAtMoments(arranged, times, split, ofFold);
  return blocks.map((block) => ({ block, ...shifted(ofFold(splitRows(split, length(block))), block.start) }));
}

/** Splits whole series, then gives each stretch between two gaps what falls into it. */
function splitSegments(arranged: Arranged, settings: DataSettings, fold?: Fold): readonly SplitBlock[] {
  const segments: Block[][] = [[]];
  for (const block of arranged.blocks) {
    segments.at(-1)!.push(block);
    if (block.continues !== true) segments.push([]);
  }
  segments.pop();
  const whole = segments.map((blocks): Block => {
    const { name, start } = blocks[0]!;
    return { ...(name !== undefined && { name }), start, end: blocks.at(-1)!.end };
  });
  const parts = splitSeries({ ...arranged, blocks: whole }, settings, fold);
  return parts.flatMap(({ train, validation, test, measured }, i) =>
    segments[i]!.map((block) => ({
      block,
      train: within(train, block),
      validation: within(validation, block),
      test: within(test, block),
      ...(measured && { measured: within(measured, block) }),
    })),
  );
}

/** The part of `range` that lies in `block`, empty at its edge where none does. */
function within({ start, end }: RowRange, block: Block): RowRange {
  const first = Math.min(Math.max(start, block.start), block.end);
  return { start: first, end: Math.max(first, Math.min(end, block.end)) };
}

/** Cuts the rows of all series, sorted by time, and each series at the moments found. */
function splitAtMoments(
  { blocks }: Arranged,
  times: Float64Array,
  split: SplitSettings,
  ofFold: (ranges: SplitRanges) => SplitRanges,
): SplitBlock[] {
  const sorted = times.slice().sort();
  const ranges = ofFold(splitRows(split, sorted.length, sorted));
  const moment = (row: number): number => (row < sorted.length ? sorted[row]! : Infinity);
  return blocks.map((block) => {
    const from = (row: number): number => firstRowFrom(times, block, moment(row));
    const range = ({ start, end }: RowRange): RowRange => ({ start: from(start), end: from(end) });
    return {
      block,
      train: range(ranges.train),
      validation: range(ranges.validation),
      test: range(ranges.test),
    };
  });
}

function firstRowFrom(times: Float64Array, block: Block, time: number): number {
  let row = block.start;
  while (row < block.end && times[row]! < time) row++;
  return row;
}

function shifted(ranges: SplitRanges, by: number): SplitRanges {
  const shift = ({ start, end }: RowRange): RowRange => ({ start: start + by, end: end + by });
  return { train: shift(ranges.train), validation: shift(ranges.validation), test: shift(ranges.test) };
}

/** `"Oslo"`, or "the data" where there is one series: for messages. */
export function blockText(block: Block): string {
  return block.name === undefined ? "the data" : `the series ${JSON.stringify(block.name)}`;
}
