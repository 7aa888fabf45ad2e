import type { DataSettings } from "../protocol/data-settings.ts";
import { arrange, type Arranged } from "./split/arrange.ts";
import { assemble, type Part } from "./assemble.ts";
import { unseenLevels } from "./inputs/encode-features.ts";
import { plural } from "./errors.ts";
import { fitChanges } from "./inputs/fit-changes.ts";
import { fitSeen } from "./inputs/fit-seen.ts";
import { fitFeatures, type FittedInputs } from "./inputs/fit-features.ts";
import { Inputs, inputRows, mapRange } from "./inputs/inputs.ts";
import type { PreparedData, PrepareOptions } from "./prepared.ts";
import { fitSeriesOutputs, type FittedOutputs } from "./outputs/series-outputs.ts";
import { splitSeries, type SplitBlock } from "./split/series-split.ts";
import type { RowRange } from "./split/split.ts";
import type { Table } from "./file/table.ts";
import { cutWindows, usedRows, type Windows } from "./outputs/windows.ts";

/** A table of series with everything fitted that does not depend on the window. */
export interface FittedSeries extends FittedOutputs {
  readonly settings: DataSettings;
  readonly arranged: Arranged;
  readonly split: readonly SplitBlock[];
}

export function fitSeries(table: Table, settings: DataSettings, fold?: number): FittedSeries {
  const arranged = arrange(table, settings);
  const split = splitSeries(arranged, settings, fold);
  return { settings, arranged, split, ...fitSeriesOutputs(arranged, split, settings) };
}

/** Windows of one or more series. */
export function prepareSeries(
  table: Table,
  settings: DataSettings,
  options: PrepareOptions,
  fold?: number,
): PreparedData {
  const { arranged, split, outputs, targets } = fitSeries(table, settings, fold);
  const wanted = split.map(({ block, validation, test }) => ({
    start: block.start,
    end: options.test ? test.end : validation.end,
  }));
  const rows = inputRows(arranged, settings);
  const mapped = (ranges: readonly RowRange[]): RowRange[] =>
    ranges.map((range) => mapRange(rows.before, range));
  const trained = mapped(split.map((series) => usedRows(series, settings)));
  const levels = fitFeatures(rows.rows, trained, settings);
  const inputsBy = ({ features }: FittedInputs): Inputs => new Inputs(rows, features, settings, wanted);
  const levelInputs = inputsBy(levels);
  const cut = (part: "train" | "validation" | "test"): Windows =>
    cutWindows(part, split, levelInputs, outputs, settings);
  const cuts = {
    train: cut("train"),
    validation: cut("validation"),
    test: options.test ? cut("test") : undefined,
  };
  const asChanges = settings.inputs === "change";
  const fitted = asChanges ? fitChanges(levelInputs, cuts.train.rows, levels, settings) : levels;
  const inputs = asChanges ? inputsBy(fitted) : levelInputs;
  const windows = cuts.train.rows.length + cuts.validation.rows.length + (cuts.test?.rows.length ?? 0);
  inputs.reserve(windows, settings.window);
  const part = ({ rows }: Windows): Part => ({
    rows,
    starts: inputs.starts(rows, settings.window),
  });
  const parts = {
    train: part(cuts.train),
    validation: part(cuts.validation),
    test: cuts.test && part(cuts.test),
  };
  return assemble({
    settings,
    pipeline: {
      task: settings.task,
      window: settings.window,
      features: [...fitted.features],
      seen: fitSeen(arranged, rows.rows.table, trained, fitted.features),
      ...targets,
    },
    outputs,
    parts,
    values: inputs.values(),
    window: settings.window,
    warnings: [
      ...fitted.warnings,
      ...unseenLevels(fitted.features, rows.rows, mapped(wanted)),
      ...unscoredWarnings(cuts),
    ],
  });
}

function unscoredWarnings(cuts: Readonly<Record<string, Windows | undefined>>): string[] {
  return Object.entries(cuts).flatMap(([part, windows]) =>
    windows === undefined || windows.unscored === 0
      ? []
      : [`${plural(windows.unscored, `${part} window`)} left out because a target in them is missing`],
  );
}
