import { mean } from "../../../search/math/mean.ts";
import type { Metrics } from "./metrics.ts";

/** Classes as numbers from 0: the truth, the prediction, and for AUC a score [samples] of each class. */
export interface Classified {
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
  readonly classes: number;
  readonly scores: (sample: number, cls: number) => number;
}

/**
 * Accuracy, balanced accuracy, macro F1 and one-against-rest AUC. Classes that occur neither in truth nor in
 * prediction are left out of F1, those that do not occur in truth out of balanced accuracy; AUC is the mean
 * over the classes for which the truth has both kinds, NaN when there is none.
 */
export function classMetrics(classified: Classified): Metrics {
  const { truth, predicted, classes } = classified;
  const found = new Float64Array(classes);
  const actual = new Float64Array(classes);
  const claimed = new Float64Array(classes);
  for (let i = 0; i < truth.length; i++) {
    actual[truth[i]!]!++;
    claimed[predicted[i]!]!++;
    if (truth[i] === predicted[i]) found[truth[i]!]!++;
  }
  const recalls: number[] = [];
  const f1s: number[] = [];
  for (let c = 0; c < classes; c++) {
    if (actual[c]! > 0) recalls.push(found[c]! / actual[c]!);
    const total = actual[c]! + claimed[c]!;
    if (total > 0) f1s.push((2 * found[c]!) / total);
  }
  return {
    accuracy: found.reduce((sum, count) => sum + count, 0) / truth.length,
    balanced_accuracy: mean(recalls),
    f1: mean(f1s),
    auc: meanAuc(classified),
  };
}

/** With two classes the second stands for both: its curve is the mirror of the first's. */
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
