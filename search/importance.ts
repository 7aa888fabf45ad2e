import type { History } from "./history.ts";
import { cellCount, cellOf } from "./importance/cells.ts";
import { mean } from "./math/mean.ts";
import { cellConditions } from "./importance/conditions.ts";
import { decompose, type Decomposition } from "./importance/fanova.ts";
import { growTree, predict, type CellData, type Leaf } from "./importance/tree.ts";
import { rngFor } from "./random.ts";
import { Encoding, type Dimension } from "./samplers/bayes/encoding.ts";
import { Observer, type Observation } from "./samplers/bayes/observations.ts";
import { compareScores, toValue } from "./scores.ts";
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

/** Importance among the best: what is worse than the cut counts as no better than the cut. */
export interface Among {
  /** The best share of the trials, above 0 and at most 1. */
  readonly share: number;
  /** How many these are. */
  readonly trials: number;
  /** The worst value among them, in the metric's own units; `null`: trials without a value are among them. */
  readonly cut: number | null;
}

export interface ImportanceOptions {
  /** Asks what tells the best share of the trials from each other, above 0 and at most 1; without it, all. */
  readonly best?: number;
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
      /** The best trials among which it was asked; `null`: all. */
      readonly among: Among | null;
    }
  | { readonly kind: "too_few_trials"; readonly trials: number; readonly needed: number }
  /** Every trial (of the best, where only they were asked about) has the same score, or no parameter varies. */
  | { readonly kind: "nothing_varies"; readonly trials: number; readonly among: Among | null };

const TREES = 48;
const MIN_TRIALS = 8;
/** Of more than these the forest learns from as many, evenly apart in the order in which they ended: the time grows with the square. */
const MOST_TRIALS = 2000;

/**
 * Which parameters matter: functional ANOVA of a random forest (importance/fanova.ts). Pruned and paused trials count
 * with a score comparable at equal budget (samplers/bayes/comparable.ts), diverged and failed ones as the worst. Scores
 * beyond the upper fence of Tukey (third quartile and 1.5 times the quartile distance) are drawn in to it: otherwise a
 * few exploding losses would be all there is to explain. The forest looks at
 * a parameter only where its conditions hold: elsewhere it has no effect. Among the best share of the trials, scores
 * are cut at that quantile, as Hutter et al. (2014) cap them to ask about good regions: what is left are the differences between good trials,
 * and all the space around them is one plain. Too few trials are those of which fewer than 8 are among the best.
 */
export function importance(
  space: Space,
  history: History,
  seed: number,
  { best = 1 }: ImportanceOptions = {},
): Importance {
  const encoding = new Encoding(space);
  const { dimensions } = encoding;
  const { finished: all } = new Observer(encoding).read(history);
  const needed = Math.ceil(MIN_TRIALS / best);
  if (all.length < needed) return { kind: "too_few_trials", trials: all.length, needed };
  const finished = evenly(all, MOST_TRIALS);
  const trials = finished.length;
  const scores = finished.map(({ score }) => score).toSorted(compareScores);
  const kept = Math.round(best * trials);
  const cut = best < 1 ? scores[kept - 1]! : Number.NaN;
  const among = best < 1 ? { share: best, trials: kept, cut: toValue(cut, history.goal) } : null;
  const data: CellData = {
    cells: finished.map(({ x }) => Uint8Array.from(dimensions, (dimension, d) => cellOf(dimension, x[d]!))),
    targets: drawnIn(finished, cut),
    counts: dimensions.map(cellCount),
    unordered: dimensions.map(({ kind }) => kind === "choice"),
    conditions: cellConditions(space, encoding),
  };
  if (dimensions.length === 0 || variance(data.targets) === 0)
    return { kind: "nothing_varies", trials, among };
  const forest = growForest(data, seed);
  const parts = forest
    .map(({ leaves }) => decompose(leaves, data.counts))
    .filter((part) => part.variance > 0);
  if (parts.length === 0) return { kind: "nothing_varies", trials, among };
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
    among,
  };
}

/** At most this many of them, evenly apart. */
function evenly<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!);
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

/** Scores with those above the fence, or above `cut` where that is a number, drawn in to it. */
function drawnIn(observations: readonly Observation[], cut: number): Float64Array {
  const finite = Float64Array.from(observations, ({ score }) => score)
    .filter(Number.isFinite)
    .sort();
  if (finite.length === 0) return new Float64Array(observations.length);
  const quartile = (share: number): number => finite[Math.round(share * (finite.length - 1))]!;
  const fence = Math.min(quartile(0.75) + 1.5 * (quartile(0.75) - quartile(0.25)), finite.at(-1)!);
  const far = fence > finite[0]! ? fence : finite.at(-1)!;
  const worst = cut < far ? cut : far;
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
