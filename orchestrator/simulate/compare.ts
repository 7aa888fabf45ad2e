import { compareScores, isBetter, toScore, toValue } from "../../search/scores.ts";
import type { History } from "../../search/history.ts";
import { searchOf } from "../run/search-of.ts";
import { judgeCurve, RecordedFront } from "./front.ts";
import { Nearest } from "./nearest.ts";
import { play, type Limits, type Played } from "./play.ts";
import type { RecordedCurve, Recording } from "./recorded.ts";
import { meanAndError, median, type MeanAndError } from "./statistics.ts";
import type { Strategy } from "./strategies.ts";

export interface ComparisonSetup {
  readonly recording: Recording;
  readonly strategies: readonly Strategy[];
  /** Studies of each strategy; study s of every strategy has seed s, from the sweep's own on. */
  readonly seeds: number;
  readonly workers: number;
  /** Every strategy trains as many epochs as its trials would without early termination, in as many trials as it takes. */
  readonly sameEpochs: boolean;
}

/** Shares of the epochs that a sweep without early termination trains, at which regret is reported. */
export const milestones = [0.25, 0.5, 1] as const;

export interface StrategyResult {
  readonly name: string;
  /** Best value of the metric, mean over the studies that have one. */
  readonly best: MeanAndError;
  /**
   * At each milestone: how much worse the best so far is than the best of all records, in units of the metric. With several metrics:
   * the share of the volume dominated by the front of all records that the study's own front leaves open.
   */
  readonly regret: readonly MeanAndError[];
  /** Final regret minus that of the first strategy with the same seed; below 0 is better. */
  readonly difference: MeanAndError;
  /** Place of the best found among all records by their best epochs, 1 is best; median. `null`: there are several metrics. */
  readonly rank: number | null;
  /** Means. */
  readonly trials: number;
  readonly complete: number;
  readonly epochs: number;
  /** On the virtual clock. */
  readonly seconds: number;
}

export interface Comparison {
  readonly recording: { readonly name: string; readonly curves: number; readonly epochs: number };
  readonly metric: string;
  readonly goal: Recording["goal"];
  /** The metrics where there are several, and how many records are on their Pareto front. */
  readonly several: { readonly metrics: readonly string[]; readonly front: number } | null;
  /** Best value in the records that keep the constraints. */
  readonly bestRecorded: number | null;
  /** Searched parameters the records know, and those they do not: these change nothing here. */
  readonly matched: readonly string[];
  readonly unknown: readonly string[];
  readonly seeds: number;
  readonly workers: number;
  readonly strategies: readonly StrategyResult[];
}

/** Plays every strategy with every seed. Every sweep has the same space and budget. */
export function compare(setup: ComparisonSetup): Comparison {
  const { recording, strategies, seeds, workers } = setup;
  const { space, budget, goals } = strategies[0]!.sweep;
  const nearest = new Nearest(space, recording.curves);
  const longest = Math.max(...recording.curves.map(({ values }) => values.length));
  const epochs = Math.min(budget.epochs, longest);
  const isFeasible = (curve: RecordedCurve): boolean =>
    goals === undefined || judgeCurve(goals, curve, epochs).feasible;
  const scores = recording.curves
    .filter(isFeasible)
    .map((curve) => bestScore(recording, curve, epochs))
    .sort(compareScores);
  const front =
    goals !== undefined && goals.metrics.length > 1
      ? new RecordedFront(goals, recording.curves, epochs)
      : undefined;
  const results: StrategyResult[] = [];
  let first: readonly number[] | undefined;
  for (const strategy of strategies) {
    const played = Array.from({ length: seeds }, (_, seed) =>
      playOnce(setup, strategy, seed, epochs, nearest, front),
    );
    const planned = (budget.trials ?? Infinity) * epochs;
    const regret = milestones.map((share, at) =>
      played.map((study) => study.open[at] ?? regretAt(study, share * planned, scores)),
    );
    const final = regret.at(-1)!;
    first ??= final;
    results.push({
      ...summary(recording, played, scores),
      ...(front && { rank: null }),
      name: strategy.name,
      regret: regret.map(meanAndError),
      difference: meanAndError(final.map((own, seed) => own - first![seed]!)),
    });
  }
  return {
    recording: { name: recording.name, curves: recording.curves.length, epochs: longest },
    metric: recording.metric,
    goal: recording.goal,
    several:
      front === undefined ? null : { metrics: goals!.metrics.map(({ name }) => name), front: front.size },
    bestRecorded: toValue(scores[0]!, recording.goal),
    matched: nearest.matched,
    unknown: nearest.unknown,
    seeds,
    workers,
    strategies: results,
  };
}

function playOnce(
  { recording, workers, sameEpochs }: ComparisonSetup,
  { sweep }: Strategy,
  offset: number,
  epochs: number,
  nearest: Nearest,
  front: RecordedFront | undefined,
): Played & Open {
  const { trials, wallTimeMs, ...budget } = sweep.budget;
  const seed = (sweep.seed + offset) % 2 ** 32;
  const wallTime = wallTimeMs === undefined ? {} : { seconds: wallTimeMs / 1000 };
  const isByEpochs = sameEpochs && trials !== undefined;
  const limits: Limits = isByEpochs ? { epochsInAll: trials * epochs, ...wallTime } : { trials, ...wallTime };
  const limited = isByEpochs || trials === undefined ? { ...budget, epochs } : { ...budget, epochs, trials };
  const search = searchOf({ ...sweep, seed, budget: limited });
  const curveOf = (params: Parameters<Nearest["to"]>[0]): RecordedCurve =>
    recording.curves[nearest.to(params)]!;
  const { goal } = recording;
  const setup = { search, seed, goal, goals: sweep.goals, curveOf, epochs, workers, limits };
  if (front === undefined) return { ...play(setup), open: [] };
  const open: number[] = [];
  const planned = (trials ?? Infinity) * epochs;
  const onEpoch = (history: History, spent: number): void => {
    while (open.length < milestones.length && spent + 1 > milestones[open.length]! * planned)
      open.push(front.missing(history));
  };
  const played = play({ ...setup, onEpoch });
  while (open.length < milestones.length) open.push(front.missing(played.history));
  return { ...played, open };
}

/** With several metrics the share of the front's volume that was left open at each milestone; empty: there is one. */
interface Open {
  readonly open: readonly number[];
}

function summary(
  { goal }: Recording,
  played: readonly Played[],
  scores: readonly number[],
): Omit<StrategyResult, "name" | "regret" | "difference"> {
  const bests = played.map(({ steps }) => steps.at(-1)?.score ?? Number.NaN);
  const mean = (of: (study: Played) => number): number => meanAndError(played.map(of)).mean;
  return {
    best: meanAndError(bests.map((score) => toValue(score, goal) ?? Number.NaN).filter(Number.isFinite)),
    rank: median(bests.map((best) => 1 + scores.filter((score) => isBetter(score, best)).length)),
    trials: mean(({ history }) => history.trials.length),
    complete: mean(({ history }) => history.trials.filter(({ state }) => state === "complete").length),
    epochs: mean((study) => study.epochs),
    seconds: mean((study) => study.seconds),
  };
}

/** Until it has a value, a study counts as the worst record. `scores`: of all records, best first. */
function regretAt({ steps }: Played, epochs: number, scores: readonly number[]): number {
  const finite = scores.filter(Number.isFinite);
  const reached = steps.findLast((step) => step.epochs <= epochs)?.score ?? finite.at(-1) ?? Number.NaN;
  return reached - (finite[0] ?? Number.NaN);
}

function bestScore({ goal }: Recording, { values }: RecordedCurve, epochs: number): number {
  let best = Number.NaN;
  for (const value of values.slice(0, epochs)) {
    if (value === null) break; // it has diverged
    const score = toScore(value, goal);
    if (isBetter(score, best)) best = score;
  }
  return best;
}
