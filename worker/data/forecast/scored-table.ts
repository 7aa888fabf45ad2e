import type { DataSettings } from "../../protocol/data-settings.ts";
import type { PartBaselines } from "../baselines/baselines.ts";
import { timeText } from "../file/moments.ts";
import { toCsv, type CsvCell } from "../file/write-csv.ts";
import { Zone } from "../file/zone.ts";
import type { Table } from "../file/table.ts";
import { ClassOutputs } from "../outputs/class-outputs.ts";
import type { Intervals } from "../outputs/intervals.ts";
import { NumberOutputs } from "../outputs/number-outputs.ts";
import { arrange, groupColumns, seriesNames } from "../split/arrange.ts";
import { blockAt } from "../split/blocks.ts";
import { sampleTable } from "../split/sample-table.ts";

/** [samples, outputs], as `decoded` of the prediction. */
export interface PredictedQuantile {
  readonly quantile: number;
  readonly decoded: Float64Array;
}

export interface ScoredAnswers {
  /** [samples, outputs] in the data's own units, or probabilities. */
  readonly decoded: Float64Array;
  readonly baselines: Pick<PartBaselines, "outputs" | "rows">;
  /** Predicted quantiles; none where the model predicts none. */
  readonly quantiles: readonly PredictedQuantile[];
  /** By target; empty where there are none. */
  readonly intervals: readonly Intervals[];
  /** Does the table begin with the names of its columns? */
  readonly header: boolean;
}

/**
 * What a trial's model predicted of the samples of a part beside the truth, as CSV: a row for each sample and step, with the
 * line and time of the row that was predicted.
 */
export function scoredTable(
  table: Table,
  settings: DataSettings,
  trial: number,
  { decoded, baselines: { outputs, rows }, intervals, quantiles, header }: ScoredAnswers,
): string {
  const place = placesIn(table, settings);
  const content = outputs instanceof ClassOutputs ? classes(outputs) : numbers(outputs, intervals, quantiles);
  const isForecast = settings.layout === "series" && outputs instanceof NumberOutputs;
  const steps = isForecast ? settings.horizon : 1;
  const lines: CsvCell[][] = [];
  for (const [sample, row] of rows.entries()) {
    for (let step = 0; step < steps; step++) {
      const ahead = isForecast ? [step + 1] : [];
      lines.push([trial, ...place.of(row + step), ...ahead, ...content.cells(decoded, sample, row, step)]);
    }
  }
  const names = ["trial", ...place.header, ...(isForecast ? ["step"] : []), ...content.header];
  return toCsv(header ? [names, ...lines] : lines);
}

interface Places {
  readonly header: readonly string[];
  of(row: number): CsvCell[];
}

/** Series or sample where several are told apart, line of the file, and time where rows have one. */
function placesIn(file: Table, settings: DataSettings): Places {
  const { layout, series_id, time_zone } = settings;
  if (layout !== "series") {
    const { samples, steps } = sampleTable(file, settings);
    const isNamed = layout === "long";
    return {
      header: [...(isNamed ? [series_id ?? "sample"] : []), "line"],
      of: (row) => [...(isNamed ? [steps.blocks[row]!.name ?? null] : []), samples.lines[row]!],
    };
  }
  const { table, blocks, times } = arrange(file, settings);
  const zone = time_zone === undefined ? undefined : new Zone(time_zone);
  const groups = groupColumns(settings);
  const namesOf = (row: number): readonly CsvCell[] =>
    seriesNames(table, blocks[blockAt(blocks, row)]!, groups);
  const timeOf = (time: number): string => (zone === undefined ? timeText(time) : zone.text(time));
  return {
    header: [...groups, "line", ...(times === undefined ? [] : ["time"])],
    of: (row) => [...namesOf(row), table.lines[row]!, ...(times === undefined ? [] : [timeOf(times[row]!)])],
  };
}

interface Content {
  readonly header: readonly string[];
  cells(decoded: Float64Array, sample: number, row: number, step: number): CsvCell[];
}

function numbers(
  outputs: PartBaselines["outputs"],
  intervals: readonly Intervals[],
  quantiles: readonly PredictedQuantile[],
): Content {
  if (!(outputs instanceof NumberOutputs))
    throw new TypeError("these outputs are neither classes nor numbers");
  const { targets } = outputs;
  const bounded = intervals.length === targets.length;
  const header = targets.flatMap(({ fitted: { column } }) => [
    `${column} truth`,
    `${column} predicted`,
    ...(bounded ? [`${column} low`, `${column} high`] : []),
    ...quantiles.map(({ quantile }) => `${column} q${quantile}`),
  ]);
  const width = outputs.names.length;
  return {
    header,
    cells: (decoded, sample, row, step) =>
      targets.flatMap(({ raw }, j) => {
        const at = sample * width + step * targets.length + j;
        const said = decoded[at]!;
        const half = bounded ? intervals[j]!.widths[step]! : 0;
        return [
          raw[row + step]!,
          said,
          ...(bounded ? [said - half, said + half] : []),
          ...quantiles.map((one) => one.decoded[at]!),
        ];
      }),
  };
}

function classes(outputs: ClassOutputs): Content {
  const { labels, names, task } = outputs;
  const shown = labels.flatMap(({ column, names: own }) =>
    task === "multiclass" ? own.map((name) => `${column}=${name}`) : [`${column}=${own[1]}`],
  );
  const header = [...labels.flatMap(({ column }) => [`${column} truth`, `${column} predicted`]), ...shown];
  return {
    header,
    cells: (decoded, sample, row) => {
      const said = decoded.subarray(sample * names.length, (sample + 1) * names.length);
      const one = Int32Array.of(row);
      const pairs = labels.flatMap(({ names: own, codes }, j) => [
        own[codes[row]!]!,
        own[outputs.predictedCodes(one, said, j)[0]!]!,
      ]);
      return [...pairs, ...said];
    },
  };
}
