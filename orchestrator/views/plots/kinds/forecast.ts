import type {
  EvaluationDetail,
  ForecastWindow,
  StepErrors,
} from "../../../../worker/protocol/evaluation-detail.ts";
import { figure } from "../../numbers.ts";
import {
  emptyPlot,
  type LegendEntry,
  type LineMark,
  type Plot,
  type Scale,
  type Tone,
  type XyPanel,
} from "../plot.ts";
import { numberScale } from "../scales.ts";
import type { PlotStudy } from "../study.ts";
import { confusionPlot } from "./confusion.ts";
import { pairsPlot } from "./pairs.ts";

/** What a trial's model predicts on validation samples; the reason where that is not known. */
export type PlotForecast =
  | { readonly kind: "known"; readonly trial: number; readonly detail: EvaluationDetail }
  /** A sentence. */
  | { readonly kind: "unknown"; readonly reason: string };

const heading = "Forecast against truth";

/** Forecasts against truth on validation windows and the error of each step; of classes the confusion matrix. */
export function forecastPlot(study: PlotStudy, forecast: PlotForecast, all = false): Plot {
  if (forecast.kind === "unknown") return emptyPlot("forecast", heading, forecast.reason);
  const { trial, detail } = forecast;
  const { windows, errors, pairs, confusions } = detail;
  if (confusions.length > 0)
    return confusionPlot(`Confusion matrix: trial ${trial} on validation samples`, confusions);
  if (pairs.length > 0)
    return pairsPlot(`Predictions against truth: trial ${trial} on validation samples`, pairs, all);
  if (windows.length === 0) {
    const sentence = `What trial ${trial} of ${study.name} predicts cannot be drawn: it has too many classes for a matrix that can be read.`;
    return emptyPlot("forecast", heading, sentence);
  }
  return {
    kind: "forecast",
    heading: `${heading}: trial ${trial} on validation rows`,
    sentence: sentenceOf(detail),
    panels: [...errors.filter(({ model }) => model.length > 1).map(errorPanel), ...windows.map(windowPanel)],
    legend: legendOf(errors),
    table: {
      columns: ["target", "after", "step", "truth", "forecast"],
      rows: windows.flatMap(({ target, origin, truth, forecast: own }) =>
        own.map((value, i) => [target, origin, i + 1, truth[i] ?? null, value]),
      ),
    },
  };
}

function legendOf(errors: readonly StepErrors[]): LegendEntry[] {
  const [first] = errors;
  const beside = first === undefined || first.model.length < 2 ? [] : first.baselines;
  return [
    { label: "truth", tone: "ink", mark: "line" },
    { label: "model", tone: "main", mark: "line" },
    ...beside.map(({ name }, i): LegendEntry => ({
      label: `${name} (errors)`,
      tone: toneOf(i),
      mark: "dashed",
    })),
  ];
}

const baselineTones = ["muted", "second", "warn", "good", "bad"] as const satisfies readonly Tone[];

function toneOf(baseline: number): Tone {
  return baselineTones[baseline % baselineTones.length]!;
}

function sentenceOf({ errors, windows, targets }: EvaluationDetail): string {
  const [first] = errors;
  const rolling = windows[0]!.rolling;
  const n = rolling
    ? `A stretch of ${windows[0]!.truth.length} validation rows, each forecast from the row before it`
    : `${windows.length} validation windows`;
  const part = errors.length < targets ? ` (${errors.length} of ${targets} targets)` : "";
  if (first === undefined) return `${n}${part}, in the units of the data.`;
  const last = first.model.length - 1;
  const beside = first.baselines.map(({ name, errors: own }) => `${name} ${figure(own[last] ?? null)}`);
  const others = beside.length === 0 ? "" : ` (${beside.join(", ")})`;
  return `${n}${part}, in the units of the data; the root mean squared error of ${first.target} at step ${last + 1} is ${figure(first.model[last] ?? null)}${others}.`;
}

/** Every value on a linear axis: distances are to be compared. */
function valueScale(values: readonly number[]): Scale {
  const finite = values.filter(Number.isFinite);
  const least = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const most = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  return finite.length === 0 ? numberScale(0, 1, false) : numberScale(least, most, false);
}

function numbers(values: readonly (number | null)[]): number[] {
  return values.map((value) => value ?? Number.NaN);
}

function errorPanel({ target, model, baselines }: StepErrors): XyPanel {
  const steps = model.map((_, i) => i + 1);
  const all = [model, ...baselines.map(({ errors }) => errors)].flatMap(numbers);
  const scale = valueScale([...all, 0]);
  return {
    kind: "xy",
    title: `${target}: error by step`,
    x: { label: "step of the horizon", scale: numberScale(1, Math.max(2, steps.length), false, 0.02) },
    y: { label: "RMSE", scale },
    marks: [
      ...baselines.map(({ name, errors }, i): LineMark => ({
        kind: "line",
        xs: steps,
        ys: numbers(errors),
        tone: toneOf(i),
        look: "dashed",
        name,
      })),
      { kind: "line", xs: steps, ys: numbers(model), tone: "main", look: "strong", name: "model" },
    ],
    outside: "",
  };
}

function windowPanel(window: ForecastWindow): XyPanel {
  const { target, origin, rolling } = window;
  const [past, truth, forecast] = [window.past, window.truth, window.forecast].map(numbers) as [
    number[],
    number[],
    number[],
  ];
  const before = past.map((_, i) => i + 1 - past.length);
  const after = forecast.map((_, i) => i + 1);
  const scale = valueScale([...past, ...truth, ...forecast]);
  const last = past.at(-1);
  const from = last === undefined ? [] : [last];
  return {
    kind: "xy",
    title: rolling ? `${target}, one step ahead, after ${origin}` : `${target} after ${origin}`,
    ...(rolling ? { wide: true } : {}),
    x: {
      label: rolling ? "rows" : "steps from the forecast",
      scale: numberScale(before[0] ?? 0, Math.max(1, after.length), false, 0.02),
    },
    y: { label: "", scale },
    marks: [
      ...(rolling ? [] : [{ kind: "rule", axis: "x", at: 0, tone: "faint", label: "" } as const]),
      {
        kind: "line",
        xs: [...before, ...after],
        ys: [...past, ...truth],
        tone: "ink",
        look: "plain",
        name: "truth",
      },
      {
        kind: "line",
        xs: last === undefined ? after : [0, ...after],
        ys: [...from, ...forecast],
        tone: "main",
        look: "strong",
        name: "forecast",
      },
    ],
    outside: "",
  };
}
