import type { DataSettings } from "../../protocol/data-settings.ts";
import type { Arranged } from "../split/arrange.ts";
import {
  encodeFeature,
  levelFinders,
  scaledValues,
  type EncodedFeature,
  type LevelFinders,
} from "./encode-features.ts";
import type { FittedFeature } from "./pipeline.ts";
import { groupsOf, putRows } from "./shared-table.ts";
import type { RowRange } from "../split/split.ts";

/** One column of the inputs, scaled. */
interface InputColumn extends Omit<EncodedFeature, "scaling"> {
  /** Shown as the change to the window's last row. */
  readonly relative: boolean;
}

/** The columns of the inputs over all rows, each encoded when it is first read. */
export class InputColumns {
  private readonly features: readonly FittedFeature[];
  private readonly rows: Arranged;
  private readonly settings: DataSettings;
  private readonly relative: boolean;
  private readonly finders: LevelFinders;
  private readonly known: InputColumn[] = [];

  constructor(
    features: readonly FittedFeature[],
    rows: Arranged,
    settings: DataSettings,
    /** Numeric columns are shown as changes. */
    relative: boolean,
  ) {
    this.features = features;
    this.rows = rows;
    this.settings = settings;
    this.relative = relative;
    this.finders = levelFinders(features);
  }

  /** Is the value of any column in this row interpolated? */
  isGap(row: number): boolean {
    if (this.settings.missing !== "linear") return false;
    return this.features.some((_, f) => this.column(f).causal?.missing(row));
  }

  /**
   * Rows `start` to `end` of column `f`, as a window that ends there sees them, to every `stride`-th number of `into` from
   * `at` on. Interpolation draws on the value after a gap: a window that ends within one must not see it, and gets the
   * open gap filled forward.
   */
  copy(f: number, { start, end }: RowRange, into: Float32Array, at: number, stride: number): void {
    const { values, causal, relative } = this.column(f);
    let gap = end;
    while (gap > start && causal?.missing(gap - 1)) gap--;
    const atEnd = causal !== undefined && gap < end ? causal.values : values;
    const origin = relative ? atEnd[end - 1]! : 0;
    let place = at;
    for (let row = start; row < gap; row++, place += stride) into[place] = values[row]! - origin;
    for (let row = gap; row < end; row++, place += stride) into[place] = atEnd[row]! - origin;
  }

  /** Puts these rows of all columns, as they are, into `table` [rows, features]. */
  putInto(table: Float32Array, ranges: readonly RowRange[]): void {
    for (const { first, group } of groupsOf(this.features)) {
      const encoded = group.map((feature, i) => this.known[first + i] ?? this.encode(feature));
      for (const range of ranges) putRows(encoded, first, range, table, this.features.length);
    }
  }

  private column(f: number): InputColumn {
    return (this.known[f] ??= this.newColumn(this.features[f]!));
  }

  private newColumn(feature: FittedFeature): InputColumn {
    const encoded = this.encode(feature);
    return {
      values: scaledValues(encoded),
      ...(encoded.causal && { causal: encoded.causal }),
      relative: this.relative && feature.kind === "numeric",
    };
  }

  private encode(feature: FittedFeature): EncodedFeature {
    return encodeFeature(feature, this.rows, this.settings, this.finders);
  }
}
