import { mean } from "../../../search/math/mean.ts";
import type { MetricRecord } from "./metric.ts";
import type { Metrics } from "./metric.ts";

/** Classes as numbers from 0: the truth, the prediction, and for AUC a score [samples] of each class. */
export interface Classified {
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
  readonly classes: number;
  readonly scores: (sample: number, cls: number) => number;
}

/** Classifications counted by class. */
export interface ClassCounts extends Classified {
  /** Samples [classes] that are of a class, that are said to be, and both. */
  readonly actual: Float64Array;
  readonly claimed: Float64Array;
  readonly found: Float64Array;
}

export function countClasses(classified: Classified): ClassCounts {
  const { truth, predicted, classes } = classified;
  const found = new Float64Array(classes);
  const actual = new Float64Array(classes);
  const claimed = new Float64Array(classes);
  for (let i = 0; i < truth.length; i++) {
    actual[truth[i]!]!++;
    claimed[predicted[i]!]!++;
    if (truth[i] === predicted[i]) found[truth[i]!]!++;
  }
  return { ...classified, actual, claimed, found };
}

const share = { goal: "maximize", min: 0, max: 1 } as const;

/** The first is the usual ranking metric. With several labels each metric is the mean over them. */
export const classMetrics: readonly MetricRecord<ClassCounts>[] = [
  {
    ...share,
    name: "accuracy",
    about: "share of samples classified correctly",
    compute: ({ found, truth }) => total(found) / truth.length,
  },
  {
    ...share,
    name: "balanced_accuracy",
    about: "mean over classes of the share found of each",
    // Classes that do not occur in truth are left out.
    compute: ({ actual, found }) => mean(ratios(found, actual)),
  },
  {
    ...share,
    name: "f1",
    about: "mean over classes of F1 (macro)",
    // Classes that occur neither in truth nor in prediction are left out.
    compute: ({ actual, claimed, found }) =>
      mean(
        ratios(
          found.map((count) => 2 * count),
          actual.map((count, c) => count + claimed[c]!),
        ),
      ),
  },
  {
    ...share,
    name: "auc",
    about: "area under the ROC curve, mean over classes, one against the rest",
    needs: "classes",
    compute: meanAuc,
  },
  {
    name: "mcc",
    goal: "maximize",
    min: -1,
    max: 1,
    about:
      "Matthews correlation of classes and predictions: 1 at best, 0 for chance or one class only, -1 at worst",
    needs: "classes",
    compute: correlation,
  },
];

/** Gorodkin 2004, equation 8: the correlation of truth and prediction over any number of classes. */
function correlation({ actual, claimed, found, truth }: ClassCounts): number {
  const samples = truth.length;
  const overlap = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, count, c) => sum + count * b[c]!, 0);
  const covariance = total(found) * samples - overlap(actual, claimed);
  const spread = (samples ** 2 - overlap(actual, actual)) * (samples ** 2 - overlap(claimed, claimed));
  return spread === 0 ? 0 : covariance / Math.sqrt(spread);
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** `parts` over `wholes`, where there is a whole. */
function ratios(parts: Float64Array, wholes: Float64Array): number[] {
  return Array.from(wholes, (whole, i) => (whole > 0 ? parts[i]! / whole : Number.NaN)).filter(
    (ratio) => !Number.isNaN(ratio),
  );
}

/**
 * Mean over the classes for which the truth has both kinds, NaN when there is none. With two classes the second
 * stands for both: its curve is the mirror of the first's.
 */
function meanAuc({ truth, classes, scores }: Classified): number {
  const areas: number[] = [];
  for (let c = classes === 2 ? 1 : 0; c < classes; c++) {
    const values = Float64Array.from(truth, (_, sample) => scores(sample, c));
    const area = auc(values, (sample) => truth[sample] === c);
    if (!Number.isNaN(area)) areas.push(area);
  }
  return mean(areas);
}

/**
 * Area under the ROC curve by ranks, ties counting half (Mann-Whitney U; Hanley and McNeil 1982). NaN unless
 * there are positives and negatives, or when a score is not a number.
 */
export function auc(scores: Float64Array, positive: (sample: number) => boolean): number {
  if (scores.some(Number.isNaN)) return Number.NaN;
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < order.length;) {
    let tieEnd = i + 1;
    while (tieEnd < order.length && scores[order[tieEnd]!] === scores[order[i]!]) tieEnd++;
    const rank = (i + 1 + tieEnd) / 2;
    for (; i < tieEnd; i++) {
      if (!positive(order[i]!)) continue;
      positives++;
      rankSum += rank;
    }
  }
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean of each metric over several classifications (labels). A NaN (an AUC that has no meaning) is left out. */
export function meanMetrics(all: readonly Metrics[]): Metrics {
  const names = Object.keys(all[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      mean(all.map((metrics) => metrics[name]!).filter((value) => !Number.isNaN(value))),
    ]),
  );
}
