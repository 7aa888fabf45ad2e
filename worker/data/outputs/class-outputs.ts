import { classMetrics, countClasses, meanMetrics, type Classified } from "./class-metrics.ts";
import type { Metrics } from "./metric.ts";
import { computed, metricInfos } from "./metrics.ts";
import type { EncodedTargets, Outputs } from "./outputs.ts";

/** The classes of one target column. */
export interface Labels {
  readonly column: string;
  /** By code. A binary or multilabel column has [negative, positive]. */
  readonly names: readonly string[];
  /** By row: the class as an index into `names`, -1 where missing. */
  readonly codes: Int32Array;
}

export type ClassTask = "binary" | "multiclass" | "multilabel";

/**
 * Classes to predict; see SequenceSet for how they are encoded. A prediction is the class of highest
 * probability, or for yes/no outputs the second class from 0.5 on.
 */
export class ClassOutputs implements Outputs {
  readonly names: readonly string[];
  readonly task: ClassTask;
  readonly labels: readonly Labels[];

  constructor(task: ClassTask, labels: readonly Labels[]) {
    this.task = task;
    this.labels = labels;
    this.names =
      task === "multiclass"
        ? labels[0]!.names.map((name) => `${labels[0]!.column}=${name}`)
        : labels.map(({ column, names }) => (task === "binary" ? `${column}=${names[1]}` : column));
  }

  observed(row: number): boolean {
    return this.labels.every(({ codes }) => codes[row]! >= 0);
  }

  encode(rows: Int32Array): EncodedTargets {
    const outputs = this.names.length;
    const targets = new Float32Array(rows.length * outputs);
    for (const [sample, row] of rows.entries()) {
      for (const [j, { codes }] of this.labels.entries()) {
        const code = codes[row]!;
        if (this.task === "multiclass") targets[sample * outputs + code] = 1;
        else targets[sample * outputs + j] = code;
      }
    }
    const classes =
      this.task === "multilabel" ? this.labels.map(({ column }) => column) : this.labels[0]!.names;
    return { targets, outputs, task: this.task, classes };
  }

  decode(_rows: Int32Array, predictions: ArrayLike<number>): Float64Array {
    return Float64Array.from(predictions);
  }

  /** The class predicted for each sample in target column `j`, as an index into its names. */
  predictedCodes(rows: Int32Array, decoded: ArrayLike<number>, j: number): Int32Array {
    const width = this.names.length;
    return rows.map((_, sample) => {
      if (this.task === "multiclass") return highest(decoded, sample * width, width);
      return decoded[sample * width + j]! >= 0.5 ? 1 : 0;
    });
  }

  errors(): null {
    return null;
  }

  losses(rows: Int32Array, decoded: ArrayLike<number>): Float64Array {
    const predicted = this.labels.map((_, j) => this.predictedCodes(rows, decoded, j));
    return Float64Array.from(rows, (row, sample) => {
      const mistakes = this.labels.filter(({ codes }, j) => predicted[j]![sample] !== codes[row]).length;
      return mistakes / this.labels.length;
    });
  }

  score(rows: Int32Array, predictions: ArrayLike<number>): Metrics {
    const width = this.names.length;
    if (Array.prototype.some.call(predictions, Number.isNaN)) return unknownMetrics(this.task);
    if (this.task === "multiclass") {
      const { codes, names } = this.labels[0]!;
      return scored({
        truth: rows.map((row) => codes[row]!),
        predicted: this.predictedCodes(rows, predictions, 0),
        classes: names.length,
        scores: (sample, cls) => predictions[sample * width + cls]!,
      });
    }
    return meanMetrics(
      this.labels.map(({ codes }, j) =>
        scored({
          truth: rows.map((row) => codes[row]!),
          predicted: this.predictedCodes(rows, predictions, j),
          classes: 2,
          scores: (sample) => predictions[sample * width + j]!,
        }),
      ),
    );
  }
}

function scored(classified: Classified): Metrics {
  return computed(classMetrics, countClasses(classified));
}

/** A model that predicts nothing is neither right nor wrong. */
function unknownMetrics(task: ClassTask): Metrics {
  return Object.fromEntries(metricInfos(task).map(({ name }) => [name, Number.NaN]));
}

function highest(values: ArrayLike<number>, offset: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[offset + i]! > values[offset + best]!) best = i;
  return best;
}
