import type { Goal } from "../../../../search/scores.ts";
import { toScore } from "../../../../search/scores.ts";
import { figure } from "../../numbers.ts";
import { emptyPlot, type Plot, type PointsMark } from "../plot.ts";
import { outsideText, robustScale } from "../scales.ts";
import { ranked, whyNoValue, type PlotStudy, type PlotTrial } from "../study.ts";

/** What a trial costs, beside its metrics. */
export const trainingSeconds = "seconds of training";

export interface ParetoOptions {
  /** Two recorded metrics, or `seconds of training`; default: the latter and the ranking metric. */
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
  const [across, up] = options.metrics ?? [trainingSeconds, study.metric];
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
  const front = frontOf(points, xGoal, yGoal);
  const others = points.filter((point) => !front.includes(point));
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
    sentence: sentenceOf(points, front, across, up),
    panels: [
      {
        kind: "xy",
        title: "",
        x: { label: `${across} (${wayOf(xGoal)} is better)`, scale: x.scale },
        y: { label: up, scale: y.scale },
        marks: [
          {
            kind: "line",
            xs: front.map((point) => point.x),
            ys: front.map((point) => point.y),
            tone: "good",
            look: "dashed",
            name: "Pareto front",
          },
          dots(others, "main"),
          dots(front, "good"),
        ],
        outside: outsideText(Math.max(x.outside, y.outside)),
      },
    ],
    legend: [
      { label: "on the Pareto front: no trial is better in both", tone: "good", mark: "dot" },
      { label: "other trial", tone: "main", mark: "dot" },
    ],
    table: { columns: ["trial", across, up, "on the front"], rows: rowsOf(points, front) },
  };
}

function dots(shown: readonly Point[], tone: "main" | "good"): PointsMark {
  return {
    kind: "points",
    xs: shown.map((point) => point.x),
    ys: shown.map((point) => point.y),
    tone,
    shape: "dot",
    trials: shown.map(({ trial }) => trial.number),
  };
}

function rowsOf(points: readonly Point[], front: readonly Point[]): Plot["table"]["rows"] {
  return points.map((point) => [point.trial.number, point.x, point.y, front.includes(point) ? "yes" : "no"]);
}

function numberOf(study: PlotStudy, trial: PlotTrial, name: string): number | undefined {
  if (name === study.metric) return trial.value ?? undefined;
  return name === trainingSeconds ? trial.seconds : trial.metrics[name];
}

function goalOf({ metric, goal, goals }: PlotStudy, name: string): Goal {
  return name === metric ? goal : (goals[name] ?? "minimize");
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

function sentenceOf(points: readonly Point[], front: readonly Point[], across: string, up: string): string {
  if (points.length === 1)
    return `One trial: ${up} ${figure(front[0]!.y)} at ${figure(front[0]!.x)} ${across}.`;
  const [first, last] = [front[0]!, front.at(-1)!];
  const from = `trial ${first.trial.number} (${figure(first.x)} ${across}, ${up} ${figure(first.y)})`;
  if (first === last) return `Of ${points.length} trials one is best in both: ${from}.`;
  return `${front.length} of ${points.length} trials are on the front, from ${from} to trial ${last.trial.number} (${figure(last.x)}, ${figure(last.y)}).`;
}
