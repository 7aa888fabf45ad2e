import type { DataSettings } from "../protocol/data-settings.ts";
import { arrange, type Arranged } from "./split/arrange.ts";
import { assemble, type Part } from "./assemble.ts";
import { unseenLevels } from "./inputs/encode-features.ts";
import { plural } from "./errors.ts";
import { constantChanges, fitChanges } from "./inputs/fit-changes.ts";
import { fitSeen } from "./inputs/fit-seen.ts";
import { fitFeatures, type FittedInputs } from "./inputs/fit-features.ts";
import { Inputs, inputRows, mapRange, type InputRows } from "./inputs/inputs.ts";
import { featureName } from "./inputs/pipeline.ts";
import type { DataOutline, PreparedData, PrepareOptions } from "./prepared.ts";
import { fitSeriesOutputs, type FittedOutputs } from "./outputs/series-outputs.ts";
import type { Fold } from "./split/retraining.ts";
import { splitSeries, type SplitBlock } from "./split/series-split.ts";
import type { RowRange } from "./split/split.ts";
import type { Table } from "./file/table.ts";
import { shortSeriesWarnings } from "./outputs/short-series.ts";
import { cutWindows, noWindows, usedRows, type Windows } from "./outputs/windows.ts";

/** A table of series with everything fitted that does not depend on the window. */
export interface FittedSeries extends FittedOutputs {
  readonly settings: DataSettings;
  readonly arranged: Arranged;
  readonly split: readonly SplitBlock[];
}

export function fitSeries(table: Table, settings: DataSettings, fold?: Fold): FittedSeries {
  const arranged = arrange(table, settings);
  const split = splitSeries(arranged, settings, fold);
  return { settings, arranged, split, ...fitSeriesOutputs(arranged, split, settings) };
}

/** Everything about the windows of one or more series but their numbers. */
interface WindowPlan extends FittedSeries {
  /** Inputs as levels, also where a model sees changes. */
  readonly levels: FittedInputs;
  readonly levelInputs: Inputs;
  readonly inputsBy: (fitted: FittedInputs) => Inputs;
  readonly rows: InputRows;
  /** Input rows that are read. */
  readonly read: readonly RowRange[];
  readonly cuts: {
    readonly train: Windows;
    readonly validation: Windows;
    readonly test: Windows | undefined;
  };
}

function planWindows(
  table: Table,
  settings: DataSettings,
  options: PrepareOptions,
  fold: Fold | undefined,
): WindowPlan {
  const fitted = fitSeries(table, settings, fold);
  const { arranged, split, outputs } = fitted;
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
    validation: typeof fold === "object" ? noWindows : cut("validation"),
    test: options.test ? cut("test") : undefined,
  };
  return { ...fitted, levels, levelInputs, inputsBy, rows, read: mapped(wanted), cuts };
}

/** Windows of one or more series. */
export function prepareSeries(
  table: Table,
  settings: DataSettings,
  options: PrepareOptions,
  fold?: Fold,
): PreparedData {
  const plan = planWindows(table, settings, options, fold);
  const { arranged, outputs, targets, levels, levelInputs, cuts } = plan;
  const asChanges = settings.inputs === "change";
  const fitted = asChanges ? fitChanges(levelInputs, cuts.train.rows, levels, settings) : levels;
  const inputs = asChanges ? plan.inputsBy(fitted) : levelInputs;
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
      seen: fitSeen(arranged, fitted.ranges),
      ...targets,
    },
    outputs,
    parts,
    values: inputs.values(),
    window: settings.window,
    warnings: warningsOf(plan, fitted.warnings),
  });
}

/** What `prepareSeries` would make, without making it: the same errors and warnings, a fraction of the time. */
export function outlineSeries(table: Table, settings: DataSettings, fold?: number): DataOutline {
  const plan = planWindows(table, settings, {}, fold);
  const { outputs, levels, levelInputs, cuts } = plan;
  const { train, validation } = cuts;
  const constant =
    settings.inputs === "change" ? constantChanges(levelInputs, train.rows, levels, settings) : [];
  levelInputs.requireRoom([train.rows, validation.rows], settings.window);
  return {
    window: settings.window,
    samples: { train: train.rows.length, validation: validation.rows.length },
    features: levels.features.map(featureName),
    outputs: outputs.names,
    warnings: warningsOf(plan, [...levels.warnings, ...constant]),
  };
}

function warningsOf(
  { levels, rows, read, cuts, split, settings }: WindowPlan,
  fitted: readonly string[],
): readonly string[] {
  return [
    ...fitted,
    ...unseenLevels(levels.features, rows.rows, read),
    ...shortSeriesWarnings(split, settings),
    ...unscoredWarnings(cuts),
  ];
}

function unscoredWarnings(cuts: Readonly<Record<string, Windows | undefined>>): string[] {
  return Object.entries(cuts).flatMap(([part, windows]) =>
    windows === undefined || windows.unscored === 0
      ? []
      : [`${plural(windows.unscored, `${part} window`)} left out because a target in them is missing`],
  );
}
