import type { Arranged } from "../split/arrange.ts";
import { usualStep } from "../split/usual-step.ts";
import type { RowRange } from "../split/split.ts";
import type { Table } from "../file/table.ts";
import type { FittedFeature, Seen } from "./pipeline.ts";

/** What the training rows `train` of `inputs` look like, to tell new data that do not. */
export function fitSeen(
  arranged: Arranged,
  inputs: Table,
  train: readonly RowRange[],
  features: readonly FittedFeature[],
): Seen {
  const step = usualStep(arranged);
  const names = features.flatMap((feature) => (feature.kind === "numeric" ? [feature.column] : []));
  const ranges = names.flatMap((column) => {
    const found = inputs.columns.find(({ name }) => name === column);
    const range = found && rangeOf(found.numbers, train);
    return range === undefined ? [] : [{ column, ...range }];
  });
  return { ...(step !== undefined && step > 0 && { step }), ranges };
}

function rangeOf(
  numbers: Float64Array,
  train: readonly RowRange[],
): { low: number; high: number } | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const { start, end } of train) {
    for (let row = start; row < end; row++) {
      const value = numbers[row]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? undefined : { low, high };
}
