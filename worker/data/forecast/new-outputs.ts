import type { DataSettings } from "../../protocol/data-settings.ts";
import { columnOf, numbersOf, type Table } from "../file/table.ts";
import { differencing } from "../inputs/fit-features.ts";
import type { Pipeline } from "../inputs/pipeline.ts";
import { ClassOutputs } from "../outputs/class-outputs.ts";
import { labelCodes } from "../outputs/fit-classes.ts";
import { NumberOutputs, plainNumbers, targetSeries } from "../outputs/number-outputs.ts";
import type { Outputs } from "../outputs/outputs.ts";
import type { Arranged } from "../split/arrange.ts";

/** What a model of windows answers, with the past of its targets where predictions are measured from it. */
export function windowOutputs(arranged: Arranged, settings: DataSettings, pipeline: Pipeline): Outputs {
  if (pipeline.task !== "regression") return plainOutputs(pipeline, arranged.table);
  const { horizon, predict } = settings;
  const how = differencing(settings);
  const measured = predict === "change" || how.order > 0;
  const targets = pipeline.numbers.map((fitted) => {
    const past = measured ? pastOf(arranged.table, fitted.column) : new Float64Array(arranged.table.rows);
    return targetSeries(fitted, past, arranged.blocks, how, null);
  });
  return new NumberOutputs(targets, { horizon, predict, difference: how, namedSteps: true });
}

function pastOf(table: Table, name: string): Float64Array {
  return numbersOf(table, columnOf(table, name, "targets"), "targets");
}

/** Outputs that need no past values; classes of the past are read where the file has them. */
export function plainOutputs(pipeline: Pipeline, table: Table): Outputs {
  if (pipeline.task === "regression") {
    const none = new Float64Array(table.rows);
    const targets = pipeline.numbers.map((fitted) =>
      targetSeries(fitted, none, [], plainNumbers.difference, null),
    );
    return new NumberOutputs(targets, plainNumbers);
  }
  const labels = pipeline.classes.map(({ column, names }) => {
    const past = table.columns.find(({ name }) => name === column);
    const codes = past === undefined ? new Int32Array(0) : labelCodes(table, past, names);
    return { column, names, codes };
  });
  return new ClassOutputs(pipeline.task, labels);
}
