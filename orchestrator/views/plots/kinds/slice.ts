import type { Parameter } from "../../../../search/space.ts";
import { figure, paramText } from "../../numbers.ts";
import { emptyPlot, type Plot, type XyPanel } from "../plot.ts";
import { outsideText, paramAxis, robustScale } from "../scales.ts";
import { ranked, whyNoValue, type PlotStudy, type PlotTrial } from "../study.ts";
import { cellOf, chosenParameters, jitter, ofParameters } from "./params.ts";

export interface SliceOptions {
  readonly params?: readonly string[];
  /** Names, the most important first: which to take where there are many. */
  readonly importance?: readonly string[];
  readonly all?: boolean;
}

/** Panels at most, unless parameters are named. */
const mostPanels = 9;

type Valued = PlotTrial & { readonly value: number };

/** One panel for each parameter: its values against the metric, every trial a point. */
export function slicePlot(study: PlotStudy, options: SliceOptions = {}): Plot {
  const heading = `${study.metric} by parameter`;
  const trials = ranked(study);
  if (trials.length === 0) return emptyPlot("slice", heading, whyNoValue(study));
  const parameters = chosenParameters(study, options.params, options.importance, mostPanels);
  if (parameters.length === 0) {
    const sentence = `No parameter of ${study.name} varies: every trial has the same configuration.`;
    return emptyPlot("slice", heading, sentence);
  }
  const { scale, outside } = robustScale(
    trials.map(({ value }) => value),
    { goal: study.goal, all: options.all ?? false },
  );
  const best = trials.reduce((a, b) => (isBetterThan(study, b, a) ? b : a));
  return {
    kind: "slice",
    heading,
    sentence: sentenceOf(study, trials.length, best, parameters),
    panels: parameters.map((parameter, i) =>
      panelOf(parameter, trials, best, study.metric, scale, i === 0 ? outside : 0),
    ),
    legend: legendOf(trials),
    table: {
      columns: ["trial", "outcome", study.metric, ...parameters.map(({ name }) => name)],
      rows: trials.map(({ number, state, value, params }) => [
        number,
        state,
        value,
        ...parameters.map(({ name }) => cellOf(params[name])),
      ]),
    },
  };
}

function isBetterThan({ goal }: PlotStudy, a: Valued, b: Valued): boolean {
  return goal === "minimize" ? a.value < b.value : a.value > b.value;
}

function panelOf(
  { name, domain }: Parameter,
  trials: readonly Valued[],
  best: Valued,
  metric: string,
  scale: XyPanel["y"]["scale"],
  outside: number,
): XyPanel {
  const { axis, at } = paramAxis(name, domain);
  const points = (which: readonly Valued[], tone: "main" | "muted" | "good", shape: "dot" | "ring") => ({
    kind: "points" as const,
    xs: which.map(({ params, number }) => jitter(at(params[name]), number, axis.scale.kind === "band")),
    ys: which.map(({ value }) => value),
    tone,
    shape,
    trials: which.map(({ number }) => number),
  });
  const others = trials.filter((trial) => trial !== best);
  return {
    kind: "xy",
    title: name,
    x: { ...axis, label: "" },
    y: { label: metric, scale },
    marks: [
      points(
        others.filter(({ state }) => state === "pruned"),
        "muted",
        "ring",
      ),
      points(
        others.filter(({ state }) => state !== "pruned"),
        "main",
        "dot",
      ),
      points([best], "good", "dot"),
    ],
    outside: outsideText(outside),
  };
}

function legendOf(trials: readonly Valued[]): Plot["legend"] {
  const pruned = trials.some(({ state }) => state === "pruned");
  return [
    { label: "best trial", tone: "good", mark: "dot" },
    { label: pruned ? "trained to its end" : "trial", tone: "main", mark: "dot" },
    ...(pruned ? [{ label: "pruned", tone: "muted", mark: "ring" } as const] : []),
  ];
}

function sentenceOf(study: PlotStudy, count: number, best: Valued, parameters: readonly Parameter[]): string {
  const trials = count === 1 ? "The only trial with a value" : `${count} trials`;
  const where = parameters
    .slice(0, 3)
    .flatMap(({ name }) =>
      best.params[name] === undefined ? [] : [`${name} ${paramText(best.params[name])}`],
    )
    .join(", ");
  return `${trials}, one point each${ofParameters(parameters.length, study)}; the best, ${figure(best.value)}, stands at ${where || "the defaults"}.`;
}
