import { paretoFront } from "../../search/goals/dominance.ts";
import { judge, judgeRecord, watchedMetrics, type Goals, type Judged } from "../../search/goals/goals.ts";
import { hypervolume } from "../../search/goals/hypervolume.ts";
import { History } from "../../search/history.ts";
import { isBetter, toScore } from "../../search/scores.ts";
import type { RecordedCurve } from "./recorded.ts";

/** How far beyond the ends of the records' front volume counts, in shares of its range: its ends count, too. */
const BEYOND = 0.1;

/**
 * The Pareto front of all records that keep the constraints, and how much of the volume it dominates a study has found. Each metric is
 * measured in the range of the front, so none weighs more than another by its unit.
 */
export class RecordedFront {
  /** Records on it. */
  readonly size: number;
  private readonly goals: Goals;
  private readonly names: readonly string[];
  private readonly best: Float64Array;
  private readonly range: Float64Array;
  private readonly volume: number;

  /** `epochs`: of a complete trial. */
  constructor(goals: Goals, curves: readonly RecordedCurve[], epochs: number) {
    this.goals = goals;
    this.names = watchedMetrics(goals);
    const feasible = curves
      .map((curve) => judgeCurve(goals, curve, epochs))
      .filter((judged) => judged.feasible);
    const points = feasible.map(({ scores }) => scores);
    const front = paretoFront(points).map((index) => points[index]!);
    this.size = front.length;
    const ends = (d: number): readonly number[] => front.map((point) => point[d]!);
    this.best = Float64Array.from(goals.metrics, (_, d) => Math.min(...ends(d)));
    this.range = Float64Array.from(goals.metrics, (_, d) => {
      const range = Math.max(...ends(d)) - this.best[d]!;
      return range > 0 ? range : Math.abs(this.best[d]!) || 1;
    });
    this.volume = this.volumeOf(front);
  }

  /** The share of the volume that the trials of a study leave open, 0 to 1; 0: they have all of it. */
  missing(history: History): number {
    const judged = history.trials.map((trial) => judgeRecord(this.goals, this.names, trial));
    const feasible = judged.filter((one) => one.feasible).map(({ scores }) => scores);
    return 1 - this.volumeOf(paretoFront(feasible).map((index) => feasible[index]!)) / this.volume;
  }

  private volumeOf(points: readonly Float64Array[]): number {
    const scaled = points.map((point) => point.map((score, d) => (score - this.best[d]!) / this.range[d]!));
    return hypervolume(scaled, new Float64Array(this.best.length).fill(1 + BEYOND));
  }
}

/** A record as its best epoch stands. */
export function judgeCurve(goals: Goals, { values, metrics }: RecordedCurve, epochs: number): Judged {
  const [first] = goals.metrics;
  let at = -1;
  let best = Number.NaN;
  for (const [epoch, value] of values.slice(0, epochs).entries()) {
    if (value === null) break; // it has diverged
    const score = toScore(value, first!.goal);
    if (isBetter(score, best)) [at, best] = [epoch, score];
  }
  return judge(goals, (name) => (name === first!.name ? values[at] : metrics?.[at]?.[name]));
}
