import type { TrialRecord } from "../history.ts";
import { toScore, toValue, type Goal } from "../scores.ts";

/** A metric and the direction in which it gets better. */
export interface NamedGoal {
  readonly name: string;
  readonly goal: Goal;
}

export type Comparison = "<" | "<=" | ">" | ">=";

/** What a metric has to be for a trial to be of use: `parameters <= 50000`. */
export interface Constraint {
  readonly metric: string;
  readonly op: Comparison;
  readonly limit: number;
}

/** What a study with several metrics, or with constraints, is judged by. */
export interface Goals {
  /** At least one. The first one picks the epoch that stands for a trial; the others are read at that epoch. */
  readonly metrics: readonly NamedGoal[];
  readonly constraints: readonly Constraint[];
}

/** A trial as its goals see it. */
export interface Judged {
  /** One a metric, lower is better; NaN: not reported, or not finite. */
  readonly scores: Float64Array;
  /** One a constraint: by how much the value lies beyond the limit; at most 0: it is kept; Infinity: not reported. */
  readonly excesses: Float64Array;
  /** All scores are finite and all constraints are kept. */
  readonly feasible: boolean;
}

/** The metrics beside the first that a report has to give, each once: the order in which a history keeps them. */
export function watchedMetrics({ metrics, constraints }: Goals): readonly string[] {
  const [first, ...others] = metrics;
  const names = new Set([...others.map(({ name }) => name), ...constraints.map(({ metric }) => metric)]);
  names.delete(first!.name);
  return [...names];
}

/** Those of a report's metrics, for `HistoryEvent.others`. */
export function othersOf(
  goals: Goals,
  metrics: Readonly<Record<string, number | null>>,
): readonly (number | null)[] {
  return watchedMetrics(goals).map((name) => {
    const value = metrics[name];
    return value !== undefined && value !== null && Number.isFinite(value) ? value : null;
  });
}

/** `valueOf`: the metric at the epoch that stands for the trial; `null` or undefined: none, or not finite. */
export function judge(goals: Goals, valueOf: (name: string) => number | null | undefined): Judged {
  const scores = Float64Array.from(goals.metrics, ({ name, goal }) => toScore(valueOf(name) ?? null, goal));
  const excesses = Float64Array.from(goals.constraints, (constraint) =>
    excessOf(constraint, valueOf(constraint.metric)),
  );
  const feasible = scores.every(Number.isFinite) && excesses.every((excess) => excess <= 0);
  return { scores, excesses, feasible };
}

/** As its best epoch up to `epoch` stands; default: up to the newest. */
export function judgeRecord(
  goals: Goals,
  names: readonly string[],
  record: TrialRecord,
  epoch = Infinity,
): Judged {
  const at = bestEpochUpTo(record, epoch);
  const first = goals.metrics[0]!;
  const others = record.others?.[at - 1];
  return judge(goals, (name) =>
    name === first.name
      ? toValue(record.scores[at - 1] ?? Number.NaN, first.goal)
      : others?.[names.indexOf(name)],
  );
}

/** Does the trial, as it stands, keep the constraints? Without goals every trial does. */
export function isFeasible(goals: Goals | undefined, record: TrialRecord): boolean {
  return goals === undefined || judgeRecord(goals, watchedMetrics(goals), record).feasible;
}

/** Would the trial be feasible with the metrics of this epoch? */
export function isFeasibleReport(
  goals: Goals | undefined,
  metrics: Readonly<Record<string, number | null>>,
): boolean {
  return goals === undefined || judge(goals, (name) => metrics[name]).feasible;
}

/** How badly constraints are broken in all, each in shares of its limit; 0: not at all. */
export function totalExcess({ constraints }: Goals, { excesses }: Judged): number {
  return constraints.reduce(
    (sum, { limit }, i) => sum + Math.max(0, excesses[i]!) / (Math.abs(limit) || 1),
    0,
  );
}

/** `parameters <= 50000` */
export function constraintText({ metric, op, limit }: Constraint): string {
  return `${metric} ${op} ${limit}`;
}

function excessOf({ op, limit }: Constraint, value: number | null | undefined): number {
  if (value === undefined || value === null || !Number.isFinite(value)) return Infinity;
  const excess = op === "<" || op === "<=" ? value - limit : limit - value;
  const isStrict = op === "<" || op === ">";
  return excess === 0 && isStrict ? Number.EPSILON * Math.max(1, Math.abs(limit)) : excess;
}

/** 0: none was finite. */
function bestEpochUpTo({ scores, bestEpoch }: TrialRecord, epoch: number): number {
  if (bestEpoch <= epoch) return bestEpoch;
  let found = 0;
  for (let e = 1; e <= Math.min(epoch, scores.length); e++) {
    const score = scores[e - 1];
    if (score !== undefined && Number.isFinite(score) && !(score >= (scores[found - 1] ?? Infinity)))
      found = e;
  }
  return found;
}
