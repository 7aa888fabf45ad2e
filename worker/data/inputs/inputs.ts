import type { DataSettings } from "../../protocol/data-settings.ts";
import type { Arranged, Block } from "../split/arrange.ts";
import { cellText } from "../file/columns.ts";
import { rowsLost } from "./difference.ts";
import { DataError } from "../errors.ts";
import {
  categoricalColumns,
  knownColumns,
  numericColumns,
  requireComplete,
  staticColumns,
} from "../split/feature-columns.ts";
import { differencing } from "./fit-features.ts";
import { InputColumns } from "./input-columns.ts";
import type { FittedFeature } from "./pipeline.ts";
import type { RowRange } from "../split/split.ts";
import { rowsOf } from "../file/table.ts";

/** Rows that inputs are read from: all rows, or with `missing: drop` the complete ones. */
export interface InputRows {
  readonly rows: Arranged;
  /** [all rows + 1] how many input rows lie before a row: the inputs of a prediction from row t on end there. */
  readonly before: Int32Array;
}

export function inputRows(arranged: Arranged, settings: DataSettings): InputRows {
  const { table, blocks, times } = arranged;
  const numeric = numericColumns(table, settings);
  const categorical = categoricalColumns(table, settings);
  if (settings.missing === "error") {
    requireComplete(table, numeric, "features");
    requireComplete(table, categorical, "categorical");
    requireComplete(table, knownColumns(table, settings), "known_future");
    requireComplete(table, staticColumns(arranged, settings), "static");
  }
  const before = new Int32Array(table.rows + 1);
  for (let row = 0; row <= table.rows; row++) before[row] = row;
  if (settings.missing !== "drop") return { rows: arranged, before };
  const gone = (row: number): boolean =>
    numeric.some(({ numbers }) => Number.isNaN(numbers[row]!)) ||
    categorical.some((column) => cellText(column, row) === undefined);
  const kept: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    before[row] = kept.length;
    if (!gone(row)) kept.push(row);
  }
  before[table.rows] = kept.length;
  const order = Int32Array.from(kept);
  const rows: Arranged = {
    table: rowsOf(table, order),
    blocks: blocks.map((block) => ({ ...block, ...mapRange(before, block) })),
    ...(times && { times: Float64Array.from(order, (row) => times[row]!) }),
  };
  return { rows, before };
}

export function mapRange(before: Int32Array, { start, end }: RowRange): RowRange {
  return { start: before[start]!, end: before[end]! };
}

/** Numbers, at most, in private copies of windows: 400 MB of them. */
const maxCopied = 1e8;

/** The encoded input table, and where in it the window before a row starts. What nobody reads is not encoded. */
export class Inputs {
  readonly features: number;
  private readonly columns: InputColumns;
  private readonly relative: boolean;
  private readonly before: Int32Array;
  private readonly lost: number;
  /** The rows to encode, and how long the table of all is: 0 where every window is copied, and none read from it. */
  private readonly ranges: readonly RowRange[];
  private readonly tableLength: number;
  /** The private copies, and how many of its numbers are in use. */
  private copies = new Float32Array(0);
  private copied = 0;

  /**
   * Only the rows of `wanted` (of the whole table) are encoded; others stay 0, and so do `spare` rows after the
   * last, so that a short sample at the end can be read in full length.
   */
  constructor(
    { rows, before }: InputRows,
    features: readonly FittedFeature[],
    settings: DataSettings,
    wanted: readonly RowRange[],
    spare = 0,
  ) {
    this.features = features.length;
    this.before = before;
    this.lost = rowsLost(differencing(settings));
    this.relative = settings.layout === "series" && settings.inputs === "change";
    this.columns = new InputColumns(features, rows, settings, this.relative);
    this.ranges = wanted.map((range) => mapRange(before, range));
    this.tableLength = this.relative ? 0 : (rows.table.rows + spare) * features.length;
  }

  /** How many input rows a window that ends before row `t` may hold, reaching back to row `from` of its series. */
  reach(block: Block, from: number, t: number): number {
    const first = Math.max(this.before[block.start]! + this.lost, this.before[from]!);
    return Math.max(0, this.before[t]! - first);
  }

  /** Makes room for this many windows at once, where each is copied. */
  reserve(windows: number, window: number): void {
    if (!this.relative) return;
    const numbers = this.copied + windows * window * this.features;
    if (numbers > maxCopied) throw tooManyChanges(numbers);
    this.makeRoom(numbers);
  }

  /** First rows, in `values()`, of the windows of `window` input rows that end before each of `rows`. */
  starts(rows: Int32Array, window: number): Int32Array {
    this.reserve(rows.length, window);
    return rows.map((row) => this.start(row, window));
  }

  /**
   * Of input `f`, the rows but the last of every window that `starts` would give, one window after another.
   * Fills and returns the front of `into`.
   */
  allButLast(f: number, rows: Int32Array, window: number, into: Float64Array): Float64Array {
    const one = new Float32Array(window);
    for (const [index, row] of rows.entries()) {
      const end = this.before[row]!;
      this.columns.copy(f, { start: end - window, end }, one, 0, 1);
      into.set(one.subarray(0, window - 1), index * (window - 1));
    }
    return into.subarray(0, rows.length * (window - 1));
  }

  /** Do any two numbers that `allButLast` would give differ? */
  changeDiffers(f: number, rows: Int32Array, window: number): boolean {
    const one = new Float64Array(window - 1);
    const first = this.allButLast(f, rows.subarray(0, 1), window, one)[0];
    return rows.some((_, i) =>
      this.allButLast(f, rows.subarray(i, i + 1), window, one).some((value) => value !== first),
    );
  }

  /** Throws, as `starts` would, where the windows before these rows need more private copies than there may be. */
  requireRoom(parts: readonly Int32Array[], window: number): void {
    const copied = parts.map((rows) => (this.relative ? rows : rows.filter((row) => this.inGap(row))).length);
    const numbers = copied.reduce((sum, count) => sum + count, 0) * window * this.features;
    if (numbers > maxCopied) throw this.relative ? tooManyChanges(numbers) : tooManyGaps();
  }

  /** Does the window before row `t` end in a gap that was interpolated? */
  private inGap(t: number): boolean {
    return this.columns.isGap(this.before[t]! - 1);
  }

  private start(t: number, window: number): number {
    const end = this.before[t]!;
    return this.relative || this.inGap(t) ? this.copyWindow(end - window, end) : end - window;
  }

  /** [rows, features], the shared table and after it the private copies made so far. */
  values(): Float32Array {
    const copies = this.copies.subarray(0, this.copied);
    if (this.tableLength === 0) return copies;
    const all = new Float32Array(this.tableLength + copies.length);
    this.columns.putInto(all, this.ranges);
    all.set(copies, this.tableLength);
    return all;
  }

  /** A window of its own: changes to the last row differ from window to window, and so does an open gap. */
  private copyWindow(start: number, end: number): number {
    const width = this.features;
    const at = this.copied;
    const length = (end - start) * width;
    if (at + length > maxCopied) throw tooManyGaps();
    if (at + length > this.copies.length) this.makeRoom(2 * (at + length));
    for (let f = 0; f < width; f++) this.columns.copy(f, { start, end }, this.copies, at + f, width);
    this.copied += length;
    return (this.tableLength + at) / width;
  }

  private makeRoom(numbers: number): void {
    if (numbers <= this.copies.length) return;
    const larger = new Float32Array(numbers);
    larger.set(this.copies.subarray(0, this.copied));
    this.copies = larger;
  }
}

function tooManyChanges(numbers: number): DataError {
  const megabytes = Math.ceil(numbers / 250_000);
  return new DataError(
    `\`inputs: change\` copies every window, which takes ${megabytes} MB here and may take 400: shorten \`window\`, raise \`stride\`, use fewer \`rows\` or inputs, or set \`difference: 1\` instead, which copies nothing`,
    { setting: "inputs" },
  );
}

function tooManyGaps(): DataError {
  return new DataError(
    "too many windows end in a gap for `missing: linear`: set `missing` to ffill or mask, or shorten `window`",
    { setting: "missing" },
  );
}
