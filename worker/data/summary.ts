import type { DataSettings } from "../protocol/data-settings.ts";
import { ClassOutputs } from "./outputs/class-outputs.ts";
import { looksNumeric, type Column } from "./file/columns.ts";
import { isEmpty } from "./checks/empty-columns.ts";
import { sentinelWarnings } from "./checks/sentinels.ts";
import { offsetWarnings } from "./checks/offsets.ts";
import { gapWarning } from "./split/gaps.ts";
import { usualStep } from "./split/usual-step.ts";
import type { Outputs } from "./outputs/outputs.ts";
import { outlineFold, tableOf, type DataSource } from "./prepare.ts";
import { fitSamples } from "./samples.ts";
import { scoredRows } from "./outputs/scored-rows.ts";
import { fitSeries } from "./series.ts";
import { splitSeries, type SplitBlock } from "./split/series-split.ts";
import { length, type SplitName } from "./split/split.ts";
import type { Table } from "./file/table.ts";
import { timeText } from "./file/moments.ts";
import { usedRows } from "./outputs/windows.ts";

export interface ColumnSummary {
  readonly name: string;
  readonly kind: "number" | "text" | "empty";
  readonly missing: number;
}

export interface PartSummary {
  /** Rows of the file (layout series). */
  readonly rows?: number;
  /** Windows, or whole samples. */
  readonly samples: number;
  /** First and last time, `2016-07-01 13:00:00` (UTC). */
  readonly from?: string;
  readonly to?: string;
}

export interface FoldSummary {
  readonly count: number;
  /** Training rows of the file (layout series), or samples, of the fold that has the fewest. */
  readonly least: number;
  readonly most: number;
}

export interface ClassCount {
  readonly name: string;
  readonly count: number;
}

export interface ClassSummary {
  readonly column: string;
  /** Rows (layout series) or samples of each class in the training part, in order of the classes. */
  readonly counts: readonly ClassCount[];
}

/** Plain facts about what the settings make of a file. Of the test part only its size is looked at. */
export interface DataSummary {
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
  /** Time of the first and last row, and the usual distance between rows in milliseconds. */
  readonly time?: { readonly from: string; readonly to: string; readonly step: number | undefined };
  /** Series in the file, or samples. */
  readonly series: number;
  /** Longest sample, in rows. */
  readonly window: number;
  /** Layout wide: the columns that are the steps of a sample, in order. */
  readonly steps?: readonly string[];
  readonly features: readonly string[];
  readonly outputs: readonly string[];
  /** Classification only. */
  readonly classes: readonly ClassSummary[];
  readonly parts: Readonly<Record<SplitName, PartSummary>>;
  /** With `folds` only. */
  readonly folds?: FoldSummary;
  readonly warnings: readonly string[];
}

const noTestWarning =
  "`split` leaves nothing to test on: seqtune evaluate will have no rows to score, so leave some to the test part";

type Specific = Pick<DataSummary, "series" | "classes" | "time" | "warnings"> & {
  readonly parts: Readonly<Record<SplitName, Omit<PartSummary, "samples">>>;
  readonly testSamples: number;
  /** Training rows of the first fold. */
  readonly firstRows?: number;
};

/** With `folds`, what is said of the parts holds for the last fold. */
export function describeData(source: DataSource, settings: DataSettings): DataSummary {
  const table = tableOf(source, settings);
  // The first fold has the least to train on: what it has enough rows for, all have.
  const first = settings.folds === undefined ? undefined : outlineFold(table, settings, 0);
  const { window, samples, features, outputs, steps, warnings } = outlineFold(table, settings);
  const specific = (settings.layout === "series" ? ofSeries : ofSamples)(table, settings);
  const { parts, testSamples, series, classes, time, firstRows } = specific;
  return {
    rows: table.rows,
    columns: table.columns.map(columnSummary),
    ...(time && { time }),
    series,
    window,
    ...(steps && { steps }),
    features,
    outputs,
    classes,
    parts: {
      train: { ...parts.train, samples: samples.train },
      validation: { ...parts.validation, samples: samples.validation },
      test: { ...parts.test, samples: testSamples },
    },
    ...(first && {
      folds: {
        count: settings.folds!,
        least: firstRows ?? first.samples.train,
        most: parts.train.rows ?? samples.train,
      },
    }),
    warnings: [
      ...specific.warnings,
      ...warnings,
      ...sentinelWarnings(table, settings),
      ...(testSamples === 0 ? [noTestWarning] : []),
    ],
  };
}

function ofSeries(table: Table, settings: DataSettings): Specific {
  const { arranged, split, outputs } = fitSeries(table, settings);
  const { times, blocks } = arranged;
  const part = (name: SplitName): Omit<PartSummary, "samples"> => {
    const ranges = split.map((series) => series[name]).filter((range) => length(range) > 0);
    const rows = ranges.reduce((sum, range) => sum + length(range), 0);
    if (times === undefined || rows === 0) return { rows };
    const from = Math.min(...ranges.map(({ start }) => times[start]!));
    const to = Math.max(...ranges.map(({ end }) => times[end - 1]!));
    return { rows, from: timeText(from), to: timeText(to) };
  };
  const gaps = gapWarning(arranged);
  const time = times && {
    from: timeText(times.reduce((low, at) => Math.min(low, at), Infinity)),
    to: timeText(times.reduce((high, at) => Math.max(high, at), -Infinity)),
    step: usualStep(arranged),
  };
  const trained = (): number[] =>
    split.flatMap((series) => {
      const { start, end } = usedRows(series, settings);
      return Array.from({ length: end - start }, (_, i) => start + i);
    });
  const trainingRows = (folds: readonly SplitBlock[]): number =>
    folds.reduce((sum, { train }) => sum + length(train), 0);
  return {
    series: blocks.filter(({ continues }) => continues !== true).length,
    classes: classCounts(outputs, trained),
    ...(time && { time }),
    ...(settings.folds !== undefined && { firstRows: trainingRows(splitSeries(arranged, settings, 0)) }),
    warnings: [...(gaps === undefined ? [] : [gaps]), ...offsetWarnings(table, settings)],
    parts: { train: part("train"), validation: part("validation"), test: part("test") },
    testSamples: scoredRows("test", split, outputs, settings).length,
  };
}

function ofSamples(table: Table, settings: DataSettings): Specific {
  const { source, parts, outputs } = fitSamples(table, settings);
  return {
    series: source.samples.rows,
    classes: classCounts(outputs, () => parts.train),
    warnings: [],
    parts: { train: {}, validation: {}, test: {} },
    testSamples: parts.test.length,
  };
}

function classCounts(outputs: Outputs, trained: () => Iterable<number>): ClassSummary[] {
  if (!(outputs instanceof ClassOutputs)) return [];
  const rows = [...trained()];
  return outputs.labels.map(({ column, names, codes }) => ({
    column,
    counts: names.map((name, code) => ({ name, count: rows.filter((row) => codes[row] === code).length })),
  }));
}

function columnSummary(column: Column): ColumnSummary {
  const { name, counts } = column;
  return {
    name,
    kind: isEmpty(column) ? "empty" : looksNumeric(column) ? "number" : "text",
    missing: counts.missing,
  };
}
