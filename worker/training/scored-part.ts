import { meanBaselines, scored, type PartBaselines } from "../data/baselines/baselines.ts";
import { compare, type Comparison } from "../data/baselines/compare.ts";
import { coverage, type Intervals } from "../data/outputs/intervals.ts";
import { lossKindOf } from "../data/outputs/losses.ts";
import type { Metrics } from "../data/outputs/metric.ts";
import { meanOver, type ScoredSplit } from "../data/outputs/metrics.ts";
import { quantilesOf, shares, type QuantileErrors } from "../data/outputs/quantiles.ts";
import type { PredictedQuantile } from "../data/forecast/scored-table.ts";
import type { PreparedData } from "../data/prepared.ts";
import type { KnownIntervals } from "../protocol/evaluation-detail.ts";
import type { WireMetrics } from "../protocol/messages.ts";
import { toWire } from "../protocol/numbers.ts";
import type { TrialSettings } from "../protocol/settings.ts";
import { pinballMetrics, quantileErrors, type Answers } from "./answers.ts";
import type { Progress } from "./trainer.ts";

/** What the model and the baselines say of the samples of one part. */
export interface ScoredPart {
  /** [samples, outputs] */
  readonly decoded: Float64Array;
  readonly metrics: Metrics;
  /** Predicted quantiles; none where the model predicts none. */
  readonly quantiles: readonly PredictedQuantile[];
  readonly quantileErrors: QuantileErrors | undefined;
  /** Predictions less the truth; `null` for classes. */
  readonly errors: Float64Array | null;
  readonly baselines: PartBaselines;
}

export function scoredPart(
  { model }: TrialSettings,
  prepared: PreparedData,
  split: ScoredSplit,
  { decoded, quantiles }: Answers,
  baselines: PartBaselines,
): ScoredPart {
  const asked = quantilesOf(model);
  return {
    decoded,
    quantiles: quantiles.map((one, q) => ({ quantile: asked[q]!, decoded: one })),
    quantileErrors: quantileErrors(model, prepared, split, quantiles),
    metrics: {
      ...prepared.scoreDecoded(split, decoded),
      ...pinballMetrics(model, prepared, split, quantiles),
    },
    errors: prepared.errors(split, decoded),
    baselines,
  };
}

/** How predicted quantiles fared on the samples of the parts, by target; nothing where there are none. */
export function reportedQuantiles(
  parts: readonly ScoredPart[],
  targets: readonly string[],
): Pick<Evaluated["detail"], "quantiles"> {
  const known = parts.flatMap(({ quantileErrors: own }) => (own === undefined ? [] : [own]));
  const [first] = known;
  if (first === undefined) return {};
  const all: QuantileErrors = {
    quantiles: first.quantiles,
    errors: first.quantiles.map((_, q) => joinedNumbers(known.map(({ errors }) => errors[q]!))),
  };
  return {
    quantiles: targets.map((target, j) => {
      const { below, within } = shares(all, j, targets.length);
      return { target, quantiles: [...first.quantiles], below: [...below], within };
    }),
  };
}

type Evaluated = Extract<Progress, { kind: "evaluated" }>;

/** Scores, the mean over the parts, and the model beside each baseline over the samples of all. */
export function evaluated(
  parts: readonly ScoredPart[],
  split: ScoredSplit,
  { data, model }: TrialSettings,
  metric: string,
  detail: Evaluated["detail"],
): Evaluated {
  const found = meanBaselines(parts.map(({ baselines }) => scored(baselines, split)));
  return {
    kind: "evaluated",
    metrics: wireMetrics(meanOver(parts.map(({ metrics }) => metrics))),
    baselines: Object.fromEntries(found.map(({ name, metrics }) => [name, wireMetrics(metrics)])),
    windows: parts.reduce((sum, { baselines: { rows } }) => sum + rows.length, 0),
    // A median is what is best by absolute errors.
    comparisons: comparisons(
      parts,
      model.loss === "quantile" && metric === "val_loss" ? "absolute" : lossKindOf(data.task, metric),
    ),
    outside: meanOutside(parts),
    detail,
  };
}

function meanOutside(parts: readonly ScoredPart[]): number | null {
  const shares = parts.map(({ baselines: { outside } }) => outside?.());
  if (shares.some((share) => share === undefined)) return null;
  return shares.reduce<number>((sum, share) => sum + share!, 0) / shares.length;
}

/** The model beside each baseline, over the samples of all parts; without those that say nothing finite. */
function comparisons(parts: readonly ScoredPart[], kind: Comparison["kind"]): Comparison[] {
  const joined = (of: (part: ScoredPart) => Float64Array): Float64Array => joinedNumbers(parts.map(of));
  const own = joined(({ baselines: { outputs, rows }, decoded }) => outputs.losses(rows, decoded, kind));
  const blockOf = joinedBlocks(parts);
  const inAll = (name: string): boolean =>
    parts.every(({ baselines: { found } }) => found.some((one) => one.name === name));
  return parts[0]!.baselines.found
    .filter(({ name }) => inAll(name))
    .map(({ name: baseline, naive }) => {
      const other = joined(({ baselines: { outputs, rows, found } }) =>
        outputs.losses(rows, found.find(({ name }) => name === baseline)!.decoded, kind),
      );
      return compare({ baseline, naive, kind, own, other, blockOf });
    })
    .filter(
      ({ own, other }) => Number.isFinite(own) && Number.isFinite(other) && (kind === "wrong" || other > 0),
    );
}

/** A block lies within its part. Absent where samples are independent. */
function joinedBlocks(parts: readonly ScoredPart[]): Int32Array | undefined {
  const joined: number[] = [];
  let first = 0;
  for (const { baselines } of parts) {
    const { blockOf } = baselines;
    if (blockOf === undefined) return undefined;
    let next = first;
    for (const block of blockOf()) {
      joined.push(first + block);
      next = Math.max(next, first + block + 1);
    }
    first = next;
  }
  return Int32Array.from(joined);
}

/** Intervals as they are reported; with the share of the parts' values within them, where that is asked for. */
export function reportedIntervals(
  intervals: readonly Intervals[],
  parts: readonly ScoredPart[] | null,
): KnownIntervals[] {
  const errors = (parts ?? []).flatMap((part) => (part.errors === null ? [] : [part.errors]));
  const covered = errors.length === 0 ? null : coverage(joinedNumbers(errors), intervals);
  return intervals.map(({ widths, ...one }, j) => ({
    ...one,
    widths: [...widths],
    coverage: covered?.[j] ?? null,
  }));
}

export function joinedNumbers(parts: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (result.set(part, at), at + part.length), 0);
  return result;
}

export function wireMetrics(metrics: Metrics): WireMetrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, toWire(value)]));
}

/** A table of predictions, to be stored as a file. */
export function sentTable(csv: string): Extract<Progress, { kind: "predicted" }> {
  return { kind: "predicted", bytes: new TextEncoder().encode(csv), samples: 0, warnings: [] };
}
