import type { SplitSettings } from "../../protocol/data-settings.ts";
import { DataError, plural } from "../errors.ts";
import { parseTime } from "../file/parse-time.ts";
import { timeText } from "../file/moments.ts";

/** Rows from `start` up to, not including, `end`. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

export type SplitName = "train" | "validation" | "test";
export type SplitRanges = Readonly<Record<SplitName, RowRange>>;

export function length(range: RowRange): number {
  return range.end - range.start;
}

/** Rows of the longest, 0 when there is none. */
export function longest(ranges: readonly RowRange[]): number {
  return ranges.reduce((rows, range) => Math.max(rows, length(range)), 0);
}

/** Rows that are looked at in one call. */
const pieceRows = 4096;

/**
 * Takes a range in pieces, in order. V8 compiles a function that is called often sooner than a loop that goes on, and makes an
 * object of each number until then: a million rows are no rarity.
 */
export function inPieces(range: RowRange, take: (piece: RowRange) => void): void {
  somePiece(range, (piece) => {
    take(piece);
    return false;
  });
}

/** The same until `found` is true of one: whether it is of any. */
export function somePiece({ start, end }: RowRange, found: (piece: RowRange) => boolean): boolean {
  for (let from = start; from < end; from += pieceRows)
    if (found({ start: from, end: Math.min(from + pieceRows, end) })) return true;
  return false;
}

/** Cuts `rows` rows in time order into training, validation and test rows. `times` [rows] serve splits by date. */
export function splitRows(split: SplitSettings, rows: number, times?: Float64Array): SplitRanges {
  const [train, validation, test] = cuts(split, rows, times);
  const ranges = {
    train: { start: 0, end: train },
    validation: { start: train, end: validation },
    test: { start: validation, end: test },
  };
  for (const name of ["train", "validation"] as const) {
    if (length(ranges[name]) > 0) continue;
    const part = name === "train" ? "training" : name;
    throw new DataError(
      `the file has ${plural(rows, "row")}, which leaves no ${part} rows: change \`split\` or give more rows`,
      { setting: "split" },
    );
  }
  return ranges;
}

type Cuts = readonly [train: number, validation: number, test: number];

function cuts(split: SplitSettings, rows: number, times: Float64Array | undefined): Cuts {
  if ("train_until" in split) return cutsByDate(split, times);
  if ("column" in split) throw new RangeError("a split by column is made by splitByColumn");
  if ("by" in split) throw new RangeError("a split by units is made by dealUnits");
  if (isCounts(split)) return cutsByCount(split, rows);
  return cutsByFraction(split, rows);
}

function isCounts(split: SplitShares): split is Counts {
  return split.train >= 1;
}

export interface SplitShares {
  readonly train: number;
  readonly validation: number;
  readonly test?: number | undefined;
}

/** Refuses more than the whole. Returns the sum. */
export function requireFractions({ train, validation, test }: SplitShares): number {
  const sum = train + validation + (test ?? 0);
  if (sum <= 1 + 1e-9) return sum;
  throw new DataError(
    `the fractions of \`split\` add up to ${Number(sum.toFixed(6))}: they may reach 1 at most`,
    {
      setting: "split",
    },
  );
}

type Counts = Extract<SplitSettings, { unit?: unknown }>;

function cutsByFraction({ train, validation, test }: SplitShares, rows: number): Cuts {
  const sum = requireFractions({ train, validation, test });
  const end = test === undefined ? rows : Math.round(sum * rows);
  return [Math.round(train * rows), Math.round((train + validation) * rows), end];
}

function cutsByCount({ train, validation, test, unit }: Counts, rows: number): Cuts {
  const wanted = train + validation + (test ?? 0);
  if (wanted === 100 && rows > 100 && unit === undefined && test !== undefined) {
    const shares = [train, validation, test].map((part) => part / 100);
    throw new DataError(
      `\`split\` would use 100 of the ${rows} rows: for shares write {train: ${shares[0]!}, validation: ${shares[1]!}, test: ${shares[2]!}}, for just these rows add \`unit: rows\``,
      { setting: "split" },
    );
  }
  if (wanted > rows) {
    throw new DataError(`\`split\` asks for ${wanted} rows but the file has ${rows}: ask for fewer`, {
      setting: "split",
    });
  }
  return [train, train + validation, test === undefined ? rows : wanted];
}

interface Dates {
  readonly train_until: string | number;
  readonly validation_until: string | number;
  readonly test_until?: string | number | undefined;
}

function cutsByDate(dates: Dates, times: Float64Array | undefined): Cuts {
  if (times === undefined) {
    throw new DataError("a `split` by date needs the times of the rows: name the time column in `time`", {
      setting: "split",
    });
  }
  const train = cutAt("train_until", dates.train_until);
  const validation = cutAt("validation_until", dates.validation_until);
  const test = dates.test_until === undefined ? Infinity : cutAt("test_until", dates.test_until);
  if (train >= validation || validation > test) {
    throw new DataError(
      "the dates of `split` are out of order: give `train_until` before `validation_until`",
      {
        setting: "split",
      },
    );
  }
  const found: Cuts = [rowAt(times, train), rowAt(times, validation), rowAt(times, test)];
  if (found[0] === 0 || found[0] === found[1]) {
    const span = `${timeText(times[0]!)} to ${timeText(times[times.length - 1]!)}`;
    throw new DataError(
      `\`split\` by date leaves no ${found[0] === 0 ? "training" : "validation"} rows, the data run from ${span}: choose dates within`,
      { setting: "split" },
    );
  }
  return found;
}

function cutAt(key: string, text: string | number): number {
  const time = parseTime(`${text}`);
  if (!Number.isNaN(time)) return time;
  throw new DataError(
    `\`split.${key}\` is "${text}", which is not a time: write it as 2016-07-01 or 2016-07-01 13:00`,
    {
      setting: "split",
    },
  );
}

/** First row at or after `time`. */
function rowAt(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
