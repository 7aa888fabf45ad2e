import type { Goal } from "../../../../search/scores.ts";
import { toScore } from "../../../../search/scores.ts";
import { figure } from "../../numbers.ts";
import { emptyPlot, type LegendEntry, type LineMark, type Plot, type PointsMark } from "../plot.ts";
import { outsideText, robustScale } from "../scales.ts";
import { ranked, whyNoValue, type PlotGoals, type PlotStudy, type PlotTrial } from "../study.ts";

/** What a trial costs, beside its metrics. */
const trainingSeconds = "seconds of training";

export interface ParetoOptions {
  /** Two recorded metrics, or `seconds of training`; default: the study's first two goals, or the latter and the ranking metric. */
  readonly metrics?: readonly [across: string, up: string];
  readonly all?: boolean;
}

interface Point {
  readonly trial: PlotTrial;
  readonly x: number;
  readonly y: number;
}

/** Everything that has two numbers for every trial: what `pareto` can put beside each other. */
export function paretoChoices(study: PlotStudy): readonly string[] {
  const names = new Set(ranked(study).flatMap(({ metrics }) => Object.keys(metrics)));
  names.delete(study.metric);
  return [study.metric, ...[...names].sort(), trainingSeconds];
}

/** Trials by two numbers of theirs, and those that no other trial beats in both. */
export function paretoPlot(study: PlotStudy, options: ParetoOptions = {}): Plot {
  const [across, up] = options.metrics ?? paretoAxes(study);
  const heading = `${up} against ${across}`;
  const trials = ranked(study);
  if (trials.length === 0) return emptyPlot("pareto", heading, whyNoValue(study));
  const points = trials.flatMap((trial): Point[] => {
    const [x, y] = [numberOf(study, trial, across), numberOf(study, trial, up)];
    return x === undefined || y === undefined ? [] : [{ trial, x, y }];
  });
  if (points.length === 0) {
    const sentence = `No trial of ${study.name} has both; recorded are ${paretoChoices(study).join(", ")}.`;
    return emptyPlot("pareto", heading, sentence);
  }
  const [xGoal, yGoal] = [goalOf(study, across), goalOf(study, up)];
  const kept = feasible(study, points);
  const front =
    study.byGoals == null ? frontOf(kept, xGoal, yGoal) : frontByGoals(study.byGoals, kept, xGoal);
  const onFront = new Set(front);
  const others = kept.filter((point) => !onFront.has(point));
  const broken = points.filter((point) => !kept.includes(point));
  const all = options.all ?? false;
  const x = robustScale(
    points.map((point) => point.x),
    { goal: xGoal, all },
  );
  const y = robustScale(
    points.map((point) => point.y),
    { goal: yGoal, all },
  );
  return {
    kind: "pareto",
    heading,
    sentence:
      study.byGoals == null
        ? sentenceOf(points, front, across, up)
        : wordsByGoals(study.byGoals, points, front, broken),
    panels: [
      {
        kind: "xy",
        title: "",
        x: { label: `${across} (${wayOf(xGoal)} is better)`, scale: x.scale },
        y: { label: up, scale: y.scale },
        marks: [
          ...(isLine(study, across, up) ? [frontLine(front)] : []),
          dots(broken, "muted"),
          dots(others, "main"),
          dots(front, "good"),
        ],
        outside: outsideText(Math.max(x.outside, y.outside)),
      },
    ],
    legend: legendOf(study, broken),
    table: { columns: ["trial", across, up, "on the front"], rows: rowsOf(points, onFront) },
  };
}

/** What stands beside each other unless something else is asked for: across, up. */
export function paretoAxes({ byGoals, metric }: PlotStudy): readonly [across: string, up: string] {
  const second = byGoals?.metrics[1]?.name;
  return [second ?? trainingSeconds, metric];
}

function feasible({ byGoals }: PlotStudy, points: readonly Point[]): readonly Point[] {
  const broken = new Set(byGoals?.infeasible);
  return points.filter(({ trial }) => !broken.has(trial.number));
}

/** The study's own front, which may go by more metrics than these two, from the best across on. */
function frontByGoals({ front }: PlotGoals, points: readonly Point[], xGoal: Goal): readonly Point[] {
  const numbers = new Set(front);
  return points
    .filter(({ trial }) => numbers.has(trial.number))
    .sort((a, b) => toScore(a.x, xGoal) - toScore(b.x, xGoal));
}

/** A front by other or more metrics than the two is no line between them. */
function isLine({ byGoals }: PlotStudy, across: string, up: string): boolean {
  if (byGoals == null) return true;
  return byGoals.metrics.length === 2 && byGoals.metrics.every(({ name }) => name === across || name === up);
}

function legendOf({ byGoals }: PlotStudy, broken: readonly Point[]): readonly LegendEntry[] {
  const front = `on the Pareto front: no trial is better in ${byGoals == null ? "both" : "every metric"}`;
  const lacking = { label: "breaks a constraint, or lacks a metric", tone: "muted", mark: "ring" } as const;
  return [
    { label: front, tone: "good", mark: "dot" },
    { label: "other trial", tone: "main", mark: "dot" },
    ...(broken.length === 0 ? [] : [lacking]),
  ];
}

function frontLine(front: readonly Point[]): LineMark {
  return {
    kind: "line",
    xs: front.map(({ x }) => x),
    ys: front.map(({ y }) => y),
    tone: "good",
    look: "dashed",
    name: "Pareto front",
  };
}

function dots(shown: readonly Point[], tone: "main" | "good" | "muted"): PointsMark {
  return {
    kind: "points",
    xs: shown.map((point) => point.x),
    ys: shown.map((point) => point.y),
    tone,
    shape: tone === "muted" ? "ring" : "dot",
    trials: shown.map(({ trial }) => trial.number),
  };
}

function rowsOf(points: readonly Point[], front: ReadonlySet<Point>): Plot["table"]["rows"] {
  return points.map((point) => [point.trial.number, point.x, point.y, front.has(point) ? "yes" : "no"]);
}

function numberOf(study: PlotStudy, trial: PlotTrial, name: string): number | undefined {
  if (name === study.metric) return trial.value ?? undefined;
  return name === trainingSeconds ? trial.seconds : trial.metrics[name];
}

function goalOf({ metric, goal, goals, byGoals }: PlotStudy, name: string): Goal {
  if (name === metric) return goal;
  return byGoals?.metrics.find((one) => one.name === name)?.goal ?? goals[name] ?? "minimize";
}

function wayOf(goal: Goal): string {
  return goal === "minimize" ? "lower" : "higher";
}

/** From the best across on: a point is on the front where it is better up than all before it. */
function frontOf(points: readonly Point[], xGoal: Goal, yGoal: Goal): readonly Point[] {
  const byX = points.toSorted(
    (a, b) => toScore(a.x, xGoal) - toScore(b.x, xGoal) || toScore(a.y, yGoal) - toScore(b.y, yGoal),
  );
  let best = Infinity;
  return byX.filter((point) => {
    const score = toScore(point.y, yGoal);
    if (score >= best) return false;
    best = score;
    return true;
  });
}

function wordsByGoals(
  { metrics }: PlotGoals,
  points: readonly Point[],
  front: readonly Point[],
  broken: readonly Point[],
): string {
  const by =
    metrics.length === 1
      ? `best in ${metrics[0]!.name}`
      : `on the front by ${metrics.map(({ name }) => name).join(", ")}`;
  const kept =
    broken.length === 0
      ? ""
      : `; ${broken.length} ${broken.length === 1 ? "breaks" : "break"} a constraint or lack a metric`;
  return `${front.length} of ${points.length} trials ${front.length === 1 ? "is" : "are"} ${by}${kept}.`;
}

function sentenceOf(points: readonly Point[], front: readonly Point[], across: string, up: string): string {
  if (points.length === 1)
    return `One trial: ${up} ${figure(front[0]!.y)} at ${figure(front[0]!.x)} ${across}.`;
  const [first, last] = [front[0]!, front.at(-1)!];
  const from = `trial ${first.trial.number} (${figure(first.x)} ${across}, ${up} ${figure(first.y)})`;
  if (first === last) return `Of ${points.length} trials one is best in both: ${from}.`;
  return `${front.length} of ${points.length} trials are on the front, from ${from} to trial ${last.trial.number} (${figure(last.x)}, ${figure(last.y)}).`;
}
