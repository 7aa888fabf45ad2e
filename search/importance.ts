import type { History } from "./history.ts";
import { cellCount, cellOf } from "./importance/cells.ts";
import { mean } from "./math/mean.ts";
import { cellConditions } from "./importance/conditions.ts";
import { decompose, type Decomposition } from "./importance/fanova.ts";
import { growTree, predict, type CellData, type Leaf } from "./importance/tree.ts";
import { rngFor } from "./random.ts";
import { Encoding, type Dimension } from "./samplers/bayes/encoding.ts";
import { Observer, type Observation } from "./samplers/bayes/observations.ts";
import { toValue } from "./scores.ts";
import type { ParamValue, Space } from "./space.ts";

/** A value of the parameter and the metric to expect there, all other parameters averaged out. */
export interface CurvePoint {
  readonly at: ParamValue;
  readonly mean: number;
  /** Standard deviation between the trees: how sure the forest is. */
  readonly deviation: number;
}

export interface ParameterImportance {
  readonly name: string;
  /** Share of the variance over the space that this parameter explains alone, 0 to 1. */
  readonly share: number;
  /** In the metric's own units; rising values, choices in their order. */
  readonly curve: readonly CurvePoint[];
}

export interface Interaction {
  readonly names: readonly [string, string];
  /** Share of the variance that the two explain together and neither alone, 0 to 1. */
  readonly share: number;
}

export type Importance =
  | {
      readonly kind: "importance";
      /** Trials it was learned from, pruned and diverged ones included. */
      readonly trials: number;
      /** Share of the trials' variance that the forest predicts for trials it was not grown on; below 0.3 take the rest with care. */
      readonly explained: number;
      /** Most important first. */
      readonly parameters: readonly ParameterImportance[];
      readonly interactions: readonly Interaction[];
      /** Share of interactions of three and more parameters. */
      readonly rest: number;
    }
  | { readonly kind: "too_few_trials"; readonly trials: number; readonly needed: number }
  /** Every trial has the same score, or no parameter varies. */
  | { readonly kind: "nothing_varies"; readonly trials: number };

const TREES = 48;
const MIN_TRIALS = 8;

/**
 * Which parameters matter: functional ANOVA of a random forest (importance/fanova.ts). Pruned and paused trials count
 * with a score comparable at equal budget (samplers/bayes/comparable.ts), diverged and failed ones as the worst. Scores
 * beyond the upper fence of Tukey (third quartile and 1.5 times the quartile distance) are drawn in to it: otherwise a
 * few exploding losses would be all there is to explain. The forest looks at
 * a parameter only where its conditions hold: elsewhere it has no effect.
 */
export function importance(space: Space, history: History, seed: number): Importance {
  const encoding = new Encoding(space);
  const { dimensions } = encoding;
  const { finished } = new Observer(encoding).read(history);
  const trials = finished.length;
  if (trials < MIN_TRIALS) return { kind: "too_few_trials", trials, needed: MIN_TRIALS };
  const data: CellData = {
    cells: finished.map(({ x }) => Uint8Array.from(dimensions, (dimension, d) => cellOf(dimension, x[d]!))),
    targets: drawnIn(finished),
    counts: dimensions.map(cellCount),
    unordered: dimensions.map(({ kind }) => kind === "choice"),
    conditions: cellConditions(space, encoding),
  };
  if (dimensions.length === 0 || variance(data.targets) === 0) return { kind: "nothing_varies", trials };
  const forest = growForest(data, seed);
  const parts = forest
    .map(({ leaves }) => decompose(leaves, data.counts))
    .filter((part) => part.variance > 0);
  if (parts.length === 0) return { kind: "nothing_varies", trials };
  const parameters = dimensions.map((dimension, d) => ({
    name: dimension.name,
    share: mean(parts.map((part) => part.single[d]! / part.variance)),
    curve: curve(encoding, dimension, d, parts, (score) => toValue(score, history.goal) ?? Number.NaN),
  }));
  const interactions = pairsOf(dimensions).map(([a, b], i): Interaction => ({
    names: [dimensions[b]!.name, dimensions[a]!.name],
    share: mean(parts.map((part) => part.pairs[i]! / part.variance)),
  }));
  const known = [...parameters, ...interactions].reduce((sum, { share }) => sum + share, 0);
  return {
    kind: "importance",
    trials,
    explained: outOfBag(forest, data),
    parameters: parameters.sort((a, b) => b.share - a.share),
    interactions: interactions.sort((a, b) => b.share - a.share),
    rest: Math.max(1 - known, 0),
  };
}

interface GrownTree {
  readonly leaves: readonly Leaf[];
  /** Trials it has not seen. */
  readonly unseen: readonly number[];
}

function growForest(data: CellData, seed: number): readonly GrownTree[] {
  const n = data.targets.length;
  return Array.from({ length: TREES }, (_, tree) => {
    const rng = rngFor(seed, "importance", tree);
    const drawn = Uint32Array.from({ length: n }, () => rng.int(n));
    const seen = new Set(drawn);
    return {
      leaves: growTree(data, drawn, rng),
      unseen: Array.from(data.targets.keys()).filter((trial) => !seen.has(trial)),
    };
  });
}

/** 1 - squared error / variance, each trial predicted by the trees that have not seen it; at least 0. */
function outOfBag(forest: readonly GrownTree[], { cells, targets }: CellData): number {
  const sums = new Float64Array(targets.length);
  const counts = new Float64Array(targets.length);
  for (const { leaves, unseen } of forest) {
    for (const trial of unseen) {
      sums[trial] = sums[trial]! + predict(leaves, cells[trial]!);
      counts[trial] = counts[trial]! + 1;
    }
  }
  const errors = Array.from(targets, (target, i) => (target - sums[i]! / counts[i]!) ** 2);
  return Math.max(1 - mean(errors.filter((error) => !Number.isNaN(error))) / variance(targets), 0);
}

function drawnIn(observations: readonly Observation[]): Float64Array {
  const finite = Float64Array.from(observations, ({ score }) => score)
    .filter(Number.isFinite)
    .sort();
  if (finite.length === 0) return new Float64Array(observations.length);
  const quartile = (share: number): number => finite[Math.round(share * (finite.length - 1))]!;
  const fence = Math.min(quartile(0.75) + 1.5 * (quartile(0.75) - quartile(0.25)), finite.at(-1)!);
  const worst = fence > finite[0]! ? fence : finite.at(-1)!;
  return Float64Array.from(observations, ({ score }) => (score <= worst ? score : worst));
}

function curve(
  encoding: Encoding,
  dimension: Dimension,
  d: number,
  parts: readonly Decomposition[],
  toMetric: (score: number) => number,
): readonly CurvePoint[] {
  return encoding.values(d, cellCount(dimension)).map(({ coordinate, value }) => {
    const cell = cellOf(dimension, coordinate);
    const scores = parts.map((part) => part.marginals[d]![cell]!);
    return {
      at: value,
      mean: toMetric(mean(scores)),
      deviation: Math.sqrt(variance(Float64Array.from(scores))),
    };
  });
}

/** In the order of Decomposition.pairs. */
function pairsOf(dimensions: readonly Dimension[]): readonly (readonly [number, number])[] {
  return dimensions.flatMap((_, a) => Array.from({ length: a }, (_, b) => [a, b] as const));
}

function variance(values: Float64Array): number {
  const centre = mean([...values]);
  return mean(Array.from(values, (value) => (value - centre) ** 2));
}
