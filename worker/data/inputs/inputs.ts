import type { DataSettings } from "../../protocol/data-settings.ts";
import type { Arranged, Block } from "../split/arrange.ts";
import { cellText } from "../file/columns.ts";
import { rowsLost } from "./difference.ts";
import { encodeFeature, levelFinders, type EncodedFeature } from "./encode-features.ts";
import { DataError } from "../errors.ts";
import { categoricalColumns, numericColumns, requireComplete } from "../split/feature-columns.ts";
import { differencing } from "./fit-features.ts";
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
  }
  const before = Int32Array.from({ length: table.rows + 1 }, (_, row) => row);
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

/** One column of the inputs. */
interface InputColumn extends EncodedFeature {
  /** Shown as the change to the window's last row. */
  readonly relative: boolean;
}

/** The encoded input table, and where in it the window before a row starts. */
export class Inputs {
  readonly features: number;
  private readonly columns: readonly InputColumn[];
  private readonly relative: boolean;
  private readonly before: Int32Array;
  private readonly lost: number;
  private readonly shared: Float32Array;
  private readonly copies: Float32Array[] = [];
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
    const finders = levelFinders(features);
    this.columns = features.map((feature) => ({
      ...encodeFeature(feature, rows, settings, finders),
      relative: this.relative && feature.kind === "numeric",
    }));
    // Where every window is copied, none is read from the table.
    this.shared = new Float32Array(this.relative ? 0 : (rows.table.rows + spare) * features.length);
    const ranges = this.relative ? [] : wanted.map((range) => mapRange(before, range));
    for (const [f, { values }] of this.columns.entries()) {
      for (const { start, end } of ranges) {
        for (let row = start; row < end; row++) this.shared[row * this.features + f] = values[row]!;
      }
    }
  }

  /** How many input rows a window that ends before row `t` may hold, reaching back to row `from` of its series. */
  reach(block: Block, from: number, t: number): number {
    const first = Math.max(this.before[block.start]! + this.lost, this.before[from]!);
    return Math.max(0, this.before[t]! - first);
  }

  /** First rows, in `values()`, of the windows of `window` input rows that end before each of `rows`. */
  starts(rows: Int32Array, window: number): Int32Array {
    const numbers = this.copied + rows.length * window * this.features;
    if (this.relative && numbers > maxCopied) throw tooManyChanges(numbers);
    return rows.map((row) => this.start(row, window));
  }

  private start(t: number, window: number): number {
    const end = this.before[t]!;
    const inGap = this.columns.some(({ causal }) => causal?.missing(end - 1));
    return this.relative || inGap ? this.copyWindow(end - window, end) : end - window;
  }

  /** [rows, features], the shared table and after it the private copies made so far. */
  values(): Float32Array {
    if (this.copies.length === 0) return this.shared;
    const all = new Float32Array(this.shared.length + this.copied);
    all.set(this.shared);
    let offset = this.shared.length;
    for (const copy of this.copies) {
      all.set(copy, offset);
      offset += copy.length;
    }
    return all;
  }

  /**
   * A window of its own. Changes to the last row differ from window to window. And interpolation draws on the
   * value after a gap: a window that ends within one must not see it, and gets the open gap filled forward.
   */
  private copyWindow(start: number, end: number): number {
    const width = this.features;
    const copy = new Float32Array((end - start) * width);
    for (const [f, { values, causal, relative }] of this.columns.entries()) {
      let gap = end;
      while (gap > start && causal?.missing(gap - 1)) gap--;
      const atEnd = causal !== undefined && gap < end ? causal.values : values;
      const origin = relative ? atEnd[end - 1]! : 0;
      for (let row = start; row < gap; row++) copy[(row - start) * width + f] = values[row]! - origin;
      for (let row = gap; row < end; row++) copy[(row - start) * width + f] = atEnd[row]! - origin;
    }
    const at = (this.shared.length + this.copied) / width;
    this.copies.push(copy);
    this.copied += copy.length;
    if (this.copied > maxCopied) throw tooManyGaps();
    return at;
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
