import type { DataSettings } from "../../protocol/data-settings.ts";
import type { Arranged } from "../split/arrange.ts";
import { ClassOutputs, type ClassTask, type Labels } from "./class-outputs.ts";
import { DataError } from "../errors.ts";
import { fitLabels, requireTargetCount } from "./fit-classes.ts";
import { differencing } from "../inputs/fit-features.ts";
import { fitNumberTarget, naiveError, targetColumns } from "./fit-targets.ts";
import { NumberOutputs, targetSeries } from "./number-outputs.ts";
import type { Outputs } from "./outputs.ts";
import type { Pipeline } from "../inputs/pipeline.ts";
import type { SplitBlock } from "../split/series-split.ts";
import { usedRows } from "./windows.ts";

export interface FittedOutputs {
  readonly outputs: Outputs;
  readonly targets: Pick<Pipeline, "numbers" | "classes">;
}

/** Fits what is predicted from windows of series. */
export function fitSeriesOutputs(
  arranged: Arranged,
  split: readonly SplitBlock[],
  settings: DataSettings,
): FittedOutputs {
  const { task } = settings;
  if (task === "regression") return fitNumbers(arranged, split, settings);
  requireTargetCount(task, settings.targets);
  if (settings.horizon !== 1) {
    throw new DataError(`\`task: ${task}\` predicts the class of the next row only: set \`horizon\` to 1`, {
      setting: "horizon",
    });
  }
  return fitClasses(arranged, split, settings, task);
}

function fitNumbers(arranged: Arranged, split: readonly SplitBlock[], settings: DataSettings): FittedOutputs {
  const measured = split.map((series) => series.measured ?? series.train);
  const used = split.map((series) => usedRows(series, settings));
  const columns = targetColumns(arranged.table, settings);
  const how = differencing(settings);
  const targets = columns.map((column) =>
    targetSeries(
      fitNumberTarget(column, arranged, measured, used, settings),
      column.numbers,
      arranged.blocks,
      how,
      naiveError(column.numbers, measured, settings.season ?? 1),
    ),
  );
  const { horizon, predict } = settings;
  const numbers = targets.map(({ fitted }) => fitted);
  return {
    outputs: new NumberOutputs(targets, { horizon, predict, difference: how, namedSteps: true }),
    targets: { numbers, classes: [] },
  };
}

function fitClasses(
  arranged: Arranged,
  split: readonly SplitBlock[],
  settings: DataSettings,
  task: ClassTask,
): FittedOutputs {
  const { table } = arranged;
  const used = split.map((series) => usedRows(series, settings));
  const training = new Uint8Array(table.rows);
  for (const { start, end } of used) training.fill(1, start, end);
  const rows = split.flatMap(({ block, test }) => numbersFrom(block.start, test.end));
  const labels: Labels[] = targetColumns(table, settings).map((column) =>
    fitLabels(table, column, task, rows, (row) => training[row] === 1),
  );
  return {
    outputs: new ClassOutputs(task, labels),
    targets: { numbers: [], classes: labels.map(({ column, names }) => ({ column, names: [...names] })) },
  };
}

function numbersFrom(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
