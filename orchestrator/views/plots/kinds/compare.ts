import { isBetter, toScore } from "../../../../search/scores.ts";
import { figure } from "../../numbers.ts";
import { emptyPlot, type LineMark, type Plot, type RuleMark, type Tone, type XyPanel } from "../plot.ts";
import { isOn, outsideText, robustScale, secondsScale, wholeScale } from "../scales.ts";
import { ranked, whyNoValue, type PlotStudy, type PlotTrial } from "../study.ts";
import type { HistoryOptions } from "./history.ts";

const tones: readonly Tone[] = ["main", "second", "good", "warn", "bad", "ink"];

/** The best so far of several studies of one metric, on the same axes. */
export function comparePlot(
  studies: readonly PlotStudy[],
  { over = "trials", all = false }: HistoryOptions = {},
): Plot {
  const [first] = studies;
  const heading = `Best ${first?.metric ?? "value"} so far, of ${studies.length === 1 ? "1 study" : `${studies.length} studies`}`;
  const paths = studies.map((study) => pathOf(study, over)).filter(({ xs }) => xs.length > 0);
  if (first === undefined || paths.length === 0)
    return emptyPlot("history", heading, first === undefined ? "No study is chosen." : whyNoValue(first));
  const better = first.goal === "minimize" ? "lower" : "higher";
  const ends = paths.map(({ name, ys }) => `${name} comes to ${figure(ys.at(-1)!)}`);
  return {
    kind: "history",
    heading,
    sentence: `${ends.join(", ")}; ${better} lines are better.`,
    panels: [panelOf(first, paths, over, all)],
    legend: paths.map(({ name }, i) => ({ label: name, tone: toneOf(i), mark: "line" })),
    table: {
      columns: ["study", over === "time" ? "seconds" : "trial", first.metric],
      rows: paths.flatMap(({ name, xs, ys }) => xs.map((x, i) => [name, x, ys[i]!])),
    },
  };
}

function toneOf(i: number): Tone {
  return tones[i % tones.length]!;
}

function panelOf(first: PlotStudy, paths: readonly Path[], over: "trials" | "time", all: boolean): XyPanel {
  const { scale, outside } = robustScale(
    paths.flatMap(({ ys }) => ys),
    { goal: first.goal, all },
  );
  const last = paths.flatMap(({ xs }) => xs).reduce((a, b) => Math.max(a, b), 0);
  const rules = first.baselines.flatMap(({ name, value }): RuleMark[] =>
    value === null || !isOn(scale, value)
      ? []
      : [{ kind: "rule", axis: "y", at: value, tone: "muted", label: `${name} ${figure(value)}` }],
  );
  const lines = paths.map(({ name, xs, ys }, i): LineMark => ({
    kind: "line",
    xs,
    ys,
    tone: toneOf(i),
    look: "strong",
    name,
  }));
  return {
    kind: "xy",
    title: "",
    x:
      over === "time"
        ? { label: "time since the start", scale: secondsScale(last) }
        : { label: "trial", scale: wholeScale(0, last) },
    y: { label: first.metric, scale },
    marks: [...rules, ...lines],
    outside: outsideText(outside, "value"),
  };
}

interface Path {
  readonly name: string;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/** A staircase of the best so far. */
function pathOf(study: PlotStudy, over: "trials" | "time"): Path {
  const { goal, startedAt } = study;
  const xOf = (trial: PlotTrial): number => (over === "time" ? (trial.at - startedAt) / 1000 : trial.number);
  const trials = ranked(study).toSorted((a, b) => xOf(a) - xOf(b) || a.number - b.number);
  const [xs, ys]: [number[], number[]] = [[], []];
  for (const trial of trials) {
    const best = ys.at(-1);
    const isBest = best === undefined || isBetter(toScore(trial.value, goal), toScore(best, goal));
    if (!isBest) continue;
    if (best !== undefined) {
      xs.push(xOf(trial));
      ys.push(best);
    }
    xs.push(xOf(trial));
    ys.push(trial.value);
  }
  const end = trials.reduce((latest, trial) => Math.max(latest, xOf(trial)), 0);
  if (ys.length > 0) {
    xs.push(end);
    ys.push(ys.at(-1)!);
  }
  return { name: study.name, xs, ys };
}
