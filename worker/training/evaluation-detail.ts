import type { PartBaselines } from "../data/baselines/baselines.ts";
import type { SamplePlace } from "../data/baselines/places.ts";
import { ClassOutputs, type Labels } from "../data/outputs/class-outputs.ts";
import { NumberOutputs, type TargetSeries } from "../data/outputs/number-outputs.ts";
import type {
  Confusion,
  EvaluationDetail,
  ForecastWindow,
  PredictedPairs,
  StepErrors,
} from "../protocol/evaluation-detail.ts";

/** What a model says of the samples of one part (of a fold), beside the truth and the baselines. */
export interface PredictedPart {
  /** [samples, outputs] in the data's own units, or probabilities. */
  readonly decoded: Float64Array;
  readonly baselines: PartBaselines;
}

/** Targets, at most, that are detailed. */
const mostTargets = 3;
/** Windows of each target by how many there are: with a panel of errors for each they fill a grid. */
const windowsEach = [5, 2, 2] as const;
/** Up to this horizon one window shows too little: a stretch of rows is shown instead, each forecast from the row before. */
const longestRolling = 3;
const rollingRows = 120;
const mostPairs = 1000;
/** Above this number of classes a matrix cannot be read. */
const mostClasses = 30;
/** Labels (multilabel), at most, that are detailed. */
const mostLabels = 6;

const nothing = { windows: [], errors: [], pairs: [], confusions: [] };

/** Forecasts of a series by window and step, predictions of samples one by one, or confusion matrices of classes. */
export function evaluationDetail(parts: readonly PredictedPart[]): EvaluationDetail {
  const { outputs, placeOf } = parts[0]!.baselines;
  if (outputs instanceof ClassOutputs)
    return { ...nothing, confusions: confusions(parts, outputs), targets: outputs.labels.length };
  if (!(outputs instanceof NumberOutputs)) return { ...nothing, targets: 1 };
  const targets = outputs.targets.length;
  if (placeOf === undefined) return { ...nothing, pairs: pairs(parts, outputs), targets };
  const shown = outputs.targets.slice(0, mostTargets);
  return {
    ...nothing,
    errors: shown.map((target, j) => stepErrors(target, j, parts[0]!, outputs)),
    windows: shown.flatMap((target, j) => {
      const of = { target, j, part: parts[0]!, outputs, placeOf };
      return outputs.horizon > longestRolling
        ? windowsOf(of, windowsEach[shown.length - 1]!)
        : [rollingWindow(of)];
    }),
    targets,
  };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** Root mean squared error of a target at each step. */
function stepErrors(
  { raw, fitted }: TargetSeries,
  j: number,
  { decoded, baselines: { rows, found } }: PredictedPart,
  { horizon, targets: { length: width } }: NumberOutputs,
): StepErrors {
  const errorsOf = (said: Float64Array): (number | null)[] =>
    Array.from({ length: horizon }, (_, step) => {
      const sum = rows.reduce((total, row, i) => {
        const error = said[(i * horizon + step) * width + j]! - raw[row + step]!;
        return total + error * error;
      }, 0);
      return finite(Math.sqrt(sum / rows.length));
    });
  return {
    target: fitted.column,
    model: errorsOf(decoded),
    baselines: found.map((one) => ({ name: one.name, naive: one.naive, errors: errorsOf(one.decoded) })),
  };
}

interface TargetOf {
  readonly target: TargetSeries;
  /** Its place among the targets. */
  readonly j: number;
  readonly part: PredictedPart;
  readonly outputs: NumberOutputs;
  readonly placeOf: (row: number) => SamplePlace;
}

/** Spread evenly over the part. */
function windowsOf({ target, j, part, outputs, placeOf }: TargetOf, most: number): ForecastWindow[] {
  const { rows } = part.baselines;
  const { horizon, targets } = outputs;
  const before = Math.min(96, Math.max(24, 2 * horizon));
  const count = Math.min(most, rows.length);
  return Array.from({ length: count }, (_, k) => {
    const i = Math.floor(((k + 0.5) * rows.length) / count);
    const row = rows[i]!;
    const { name, start } = placeOf(row);
    const steps = Array.from({ length: horizon }, (_step, step) => step);
    return {
      target: target.fitted.column,
      origin: name,
      past: Array.from(target.raw.subarray(Math.max(start, row - before), row), finite),
      truth: steps.map((step) => finite(target.raw[row + step])),
      forecast: steps.map((step) => finite(part.decoded[(i * horizon + step) * targets.length + j])),
      rolling: false,
    };
  });
}

/** The first step of every forecast along a stretch of rows without a gap, from the middle of the part. */
function rollingWindow({ target, j, part, outputs, placeOf }: TargetOf): ForecastWindow {
  const { rows } = part.baselines;
  const first = Math.max(0, Math.floor((rows.length - rollingRows) / 2));
  let count = 1;
  while (
    count < rollingRows &&
    first + count < rows.length &&
    rows[first + count] === rows[first + count - 1]! + 1
  )
    count++;
  const samples = Array.from({ length: count }, (_, i) => first + i);
  return {
    target: target.fitted.column,
    origin: placeOf(rows[first]!).name,
    past: [],
    truth: samples.map((i) => finite(target.raw[rows[i]!])),
    forecast: samples.map((i) => finite(part.decoded[i * outputs.horizon * outputs.targets.length + j])),
    rolling: true,
  };
}

/** Evenly spread over the samples of all parts. */
function pairs(parts: readonly PredictedPart[], { targets }: NumberOutputs): PredictedPairs[] {
  return targets.slice(0, mostTargets).map(({ fitted }, j) => {
    const all = parts.flatMap(({ decoded, baselines: { outputs, rows } }) => {
      if (!(outputs instanceof NumberOutputs)) return [];
      const { raw } = outputs.targets[j]!;
      return Array.from(
        rows,
        (row, i) => [finite(raw[row]), finite(decoded[i * targets.length + j])] as const,
      );
    });
    const every = Math.max(1, Math.ceil(all.length / mostPairs));
    const shown = all.filter((_, i) => i % every === 0);
    return {
      target: fitted.column,
      truth: shown.map(([truth]) => truth),
      predicted: shown.map(([, predicted]) => predicted),
    };
  });
}

function confusions(parts: readonly PredictedPart[], { labels }: ClassOutputs): Confusion[] {
  return labels
    .slice(0, mostLabels)
    .flatMap((label, j) => (label.names.length > mostClasses ? [] : [confusionOf(parts, label, j)]));
}

/** Folds may know the classes in another order: they are matched by name. */
function confusionOf(parts: readonly PredictedPart[], { column }: Labels, j: number): Confusion {
  const classes = [
    ...new Set(
      parts.flatMap(({ baselines: { outputs } }) =>
        outputs instanceof ClassOutputs ? outputs.labels[j]!.names : [],
      ),
    ),
  ];
  const counts = classes.map(() => classes.map(() => 0));
  for (const { decoded, baselines } of parts) {
    const { outputs, rows } = baselines;
    if (!(outputs instanceof ClassOutputs)) continue;
    const { codes, names } = outputs.labels[j]!;
    const predicted = outputs.predictedCodes(rows, decoded, j);
    for (const [i, row] of rows.entries()) {
      const [truth, said] = [names[codes[row]!], names[predicted[i]!]];
      if (truth !== undefined && said !== undefined)
        counts[classes.indexOf(truth)]![classes.indexOf(said)]! += 1;
    }
  }
  return { column, classes, counts };
}
