import type { DataSettings } from "../../protocol/data-settings.ts";
import { ClassOutputs } from "./class-outputs.ts";
import { fitLabels, requireTargetCount } from "./fit-classes.ts";
import { fitNumberTarget, targetColumns } from "./fit-targets.ts";
import { NumberOutputs, plainNumbers, targetSeries } from "./number-outputs.ts";
import type { SampleParts } from "../split/sample-split.ts";
import type { FittedOutputs } from "./series-outputs.ts";
import type { RowRange } from "../split/split.ts";
import type { Table } from "../file/table.ts";

/** Fits what is predicted from whole samples. `samples` has one row a sample. */
export function fitSampleOutputs(samples: Table, split: SampleParts, settings: DataSettings): FittedOutputs {
  const { task } = settings;
  requireTargetCount(task, settings.targets);
  const columns = targetColumns(samples, settings);
  if (task === "regression") {
    const blocks: RowRange[] = [{ start: 0, end: samples.rows }];
    const ranges = (part: Int32Array): RowRange[] =>
      Array.from(part, (sample) => ({ start: sample, end: sample + 1 }));
    const [train, measured] = [ranges(split.train), ranges(split.measured ?? split.train)];
    const targets = columns.map((column) =>
      targetSeries(
        fitNumberTarget(column, { blocks }, measured, train, settings),
        column.numbers,
        blocks,
        plainNumbers.difference,
        null,
      ),
    );
    const numbers = targets.map(({ fitted }) => fitted);
    return { outputs: new NumberOutputs(targets, plainNumbers), targets: { numbers, classes: [] } };
  }
  const trained = new Set(split.train);
  const all = Array.from({ length: samples.rows }, (_, sample) => sample);
  const labels = columns.map((column) =>
    fitLabels(samples, column, task, all, (sample) => trained.has(sample)),
  );
  return {
    outputs: new ClassOutputs(task, labels),
    targets: { numbers: [], classes: labels.map(({ column, names }) => ({ column, names: [...names] })) },
  };
}
