import { carried, difference, type Differencing } from "../inputs/difference.ts";
import { fillForward, someMissing } from "../inputs/fill.ts";
import type { LossKind } from "./losses.ts";
import type { Metrics } from "./metric.ts";
import { computed } from "./metrics.ts";
import type { EncodedTargets, Outputs } from "./outputs.ts";
import type { NumberTarget } from "../inputs/pipeline.ts";
import { errorSums, regressionMetrics } from "./regression-metrics.ts";
import type { RowRange } from "../split/split.ts";

/** One target over all rows, in the data's own units. */
export interface TargetSeries {
  readonly fitted: NumberTarget;
  /** NaN where missing. */
  readonly raw: Float64Array;
  /** Missing values carried forward: what was known at each row. */
  readonly known: Float64Array;
  /** Differences of `known`. */
  readonly changes: Float64Array;
  /** Mean absolute error of the naive forecast within the training rows; `null` for samples without order. */
  readonly naive: number | null;
}

export function targetSeries(
  fitted: NumberTarget,
  raw: Float64Array,
  blocks: readonly RowRange[],
  how: Differencing,
  naive: number | null,
): TargetSeries {
  const known = fillForward(raw, blocks, fitted.fill);
  return { fitted, raw, known, changes: difference(known, blocks, how), naive };
}

export interface NumberOptions {
  readonly horizon: number;
  /** `change`: the model predicts how far a value lies from the one in the window's last row. */
  readonly predict: "value" | "change";
  readonly difference: Differencing;
  /** Say in the name of an output how many rows ahead it lies. */
  readonly namedSteps: boolean;
}

/** For samples that are no windows: one value of every target, as it is. */
export const plainNumbers: NumberOptions = {
  horizon: 1,
  predict: "value",
  difference: { order: 0, lag: 1 },
  namedSteps: false,
};

/** Numbers to predict: `horizon` rows of every target from the sample's row on. Outputs are step-major. */
export class NumberOutputs implements Outputs {
  readonly names: readonly string[];
  readonly targets: readonly TargetSeries[];
  readonly horizon: number;
  private readonly options: NumberOptions;
  /** How many rows before each, and before the end, miss a target; null where none does. Counted when it is first asked. */
  private missingBefore: Int32Array | null | undefined;

  constructor(targets: readonly TargetSeries[], options: NumberOptions) {
    this.targets = targets;
    this.horizon = options.horizon;
    this.options = options;
    this.names = Array.from({ length: options.horizon }, (_, step) =>
      targets.map(({ fitted }) =>
        options === plainNumbers ? fitted.column : `${fitted.column}+${step + 1}`,
      ),
    ).flat();
  }

  observed(row: number): boolean {
    if (this.missingBefore === undefined) this.missingBefore = missingBefore(this.targets);
    const before = this.missingBefore;
    return before === null || before[Math.min(row + this.horizon, before.length - 1)] === before[row];
  }

  encode(rows: Int32Array): EncodedTargets {
    const outputs = this.names.length;
    const encoded = new Float32Array(rows.length * outputs);
    for (const [j, target] of this.targets.entries()) this.encodeTarget(target, j, rows, encoded);
    return { targets: encoded, outputs, task: "regression" };
  }

  decode(rows: Int32Array, predictions: ArrayLike<number>): Float64Array {
    const decoded = new Float64Array(predictions.length);
    for (const [j, target] of this.targets.entries())
      this.decodeTarget(target, j, rows, predictions, decoded);
    return decoded;
  }

  score(rows: Int32Array, predictions: ArrayLike<number>): Metrics {
    const width = this.targets.length;
    const errors = this.targets.map(({ raw, fitted, naive }, j) => ({
      sums: errorSums(raw, rows, this.horizon, predictions, j, width),
      scale: fitted.metric.scale,
      naive,
    }));
    const ordered = this.targets.every(({ naive }) => naive !== null);
    return computed(
      regressionMetrics.filter(({ needs }) => needs !== "order" || ordered),
      errors,
    );
  }

  errors(rows: Int32Array, decoded: ArrayLike<number>): Float64Array {
    const width = this.targets.length;
    const errors = new Float64Array(decoded.length);
    for (const [j, { raw }] of this.targets.entries()) {
      let index = j;
      for (const row of rows) {
        for (let step = 0; step < this.horizon; step++, index += width) {
          errors[index] = decoded[index]! - raw[row + step]!;
        }
      }
    }
    return errors;
  }

  losses(rows: Int32Array, decoded: ArrayLike<number>, kind: LossKind): Float64Array {
    const losses = new Float64Array(rows.length);
    const width = this.targets.length;
    for (const [j, { raw, fitted }] of this.targets.entries()) {
      let index = j;
      for (const [sample, row] of rows.entries()) {
        for (let step = 0; step < this.horizon; step++, index += width) {
          const error = (decoded[index]! - raw[row + step]!) / fitted.metric.scale;
          losses[sample]! += (kind === "absolute" ? Math.abs(error) : error * error) / this.names.length;
        }
      }
    }
    return losses;
  }

  private encodeTarget(target: TargetSeries, j: number, rows: Int32Array, encoded: Float32Array): void {
    const { changes, fitted } = target;
    const width = this.targets.length;
    let index = j;
    for (const row of rows) {
      const origin = this.origin(target, row);
      for (let step = 0; step < this.horizon; step++, index += width) {
        encoded[index] = (changes[row + step]! - origin) / fitted.scale;
      }
    }
  }

  private decodeTarget(
    target: TargetSeries,
    j: number,
    rows: Int32Array,
    predictions: ArrayLike<number>,
    decoded: Float64Array,
  ): void {
    const { known, fitted } = target;
    const width = this.targets.length;
    const how = this.options.difference;
    let index = j;
    for (const row of rows) {
      const origin = this.origin(target, row);
      for (let step = 0; step < this.horizon; step++, index += width) {
        const change = predictions[index]! * fitted.scale + origin;
        if (how.order === 0) decoded[index] = change;
        else {
          const here = index;
          decoded[here] =
            change +
            carried(how, (back) => (back > step ? known[row + step - back]! : decoded[here - back * width]!));
        }
      }
    }
  }

  /** What an output is measured from, before scaling. */
  private origin({ changes, fitted }: TargetSeries, row: number): number {
    return this.options.predict === "change" ? changes[row - 1]! : fitted.center;
  }
}

function missingBefore(targets: readonly TargetSeries[]): Int32Array | null {
  const columns = targets.map(({ raw }) => raw).filter(someMissing);
  if (columns.length === 0) return null;
  const before = new Int32Array(columns[0]!.length + 1);
  for (const column of columns) {
    for (let row = 0; row < column.length; row++) if (Number.isNaN(column[row]!)) before[row + 1] = 1;
  }
  for (let row = 1; row < before.length; row++) before[row]! += before[row - 1]!;
  return before;
}
