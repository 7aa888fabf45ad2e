import { figure, paramText } from "../../numbers.ts";
import { emptyPlot, type ParallelLine, type Plot } from "../plot.ts";
import { rankRamp, rankTones } from "../ramp.ts";
import { outsideText, paramAxis, robustScale } from "../scales.ts";
import { ranked, whyNoValue, type PlotStudy } from "../study.ts";
import { cellOf, chosenParameters, jitter, ofParameters } from "./params.ts";

export interface ParallelOptions {
  readonly params?: readonly string[];
  /** Names, the most important first: which to take where there are many. */
  readonly importance?: readonly string[];
  readonly all?: boolean;
}

/** Axes of parameters at most, unless they are named. */
const mostAxes = 9;

/** Every trial a line across its parameters to its value, the best on top. */
export function parallelPlot(study: PlotStudy, options: ParallelOptions = {}): Plot {
  const heading = `Configurations and their ${study.metric}`;
  const trials = ranked(study);
  if (trials.length === 0) return emptyPlot("parallel", heading, whyNoValue(study));
  const parameters = chosenParameters(study, options.params, options.importance, mostAxes);
  if (parameters.length === 0) {
    const sentence = `No parameter of ${study.name} varies: every trial has the same configuration.`;
    return emptyPlot("parallel", heading, sentence);
  }
  const axes = parameters.map(({ name, domain }) => paramAxis(name, domain));
  const values = trials.map(({ value }) => value);
  const { scale, outside } = robustScale(values, { goal: study.goal, all: options.all ?? false });
  const tones = rankTones(study, trials);
  const worstFirst = trials.toSorted((a, b) => tones.get(b.number)! - tones.get(a.number)!);
  const top = worstFirst.at(-1)!;
  const lines = worstFirst.map(({ number, params, value }): ParallelLine => {
    const tone = tones.get(number)!;
    const places = parameters.map(({ name }, i) => {
      const { axis, at } = axes[i]!;
      return jitter(at(params[name]), number, axis.scale.kind === "band", 0.3);
    });
    const look = number === top.number ? "strong" : tone < 0.2 || trials.length < 12 ? "plain" : "faded";
    return { trial: number, values: [...places, value], tone, look };
  });
  const best = parameters
    .flatMap(({ name }) => (top.params[name] === undefined ? [] : [`${name} ${paramText(top.params[name])}`]))
    .join(", ");
  return {
    kind: "parallel",
    heading,
    sentence: `${trials.length === 1 ? "The only trial with a value" : `${trials.length} trials, one line each`}${ofParameters(parameters.length, study)}; the best, ${figure(top.value)} by trial ${top.number}, has ${best}.`,
    panels: [
      {
        kind: "parallel",
        title: "",
        axes: [...axes.map(({ axis }) => axis), { label: study.metric, scale }],
        lines,
        outside: outsideText(outside),
      },
    ],
    ramp: rankRamp(study),
    legend: [],
    table: {
      columns: ["trial", ...parameters.map(({ name }) => name), study.metric],
      rows: worstFirst
        .toReversed()
        .map(({ number, params, value }) => [
          number,
          ...parameters.map(({ name }) => cellOf(params[name])),
          value,
        ]),
    },
  };
}
