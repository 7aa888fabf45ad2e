import { figure } from "../../numbers.ts";
import { emptyPlot, type Plot, type XyPanel } from "../plot.ts";
import { numberScale, robustScale } from "../scales.ts";
import type { PlotStudy } from "../study.ts";

/** What a model forecasts on validation windows, beside what came, in the data's units. */
export interface PlotForecast {
  readonly trial: number;
  /** At most a few, in the order of the file. */
  readonly windows: readonly ForecastWindow[];
  /** By target, its root mean squared error of each step over all validation windows; the naive forecast's beside it. */
  readonly errors: readonly StepErrors[];
}

export interface ForecastWindow {
  readonly target: string;
  /** The time, or the row's number, at which the forecast was made. */
  readonly origin: string;
  /** The last rows the model saw, and the horizon's. */
  readonly past: readonly number[];
  readonly truth: readonly number[];
  readonly forecast: readonly number[];
}

export interface StepErrors {
  readonly target: string;
  readonly model: readonly number[];
  /** Repeats the last value. */
  readonly naive: readonly number[];
}

const mostWindows = 6;
const mostErrors = 3;

/** Forecasts against truth on validation windows, and the error of each step of the horizon. */
export function forecastPlot(study: PlotStudy, forecast: PlotForecast | null): Plot {
  const heading = "Forecast against truth";
  if (forecast === null || forecast.windows.length === 0) {
    const sentence = `There is no forecast of ${study.name} to show: it takes a series with a horizon and a trial whose model was kept.`;
    return emptyPlot("forecast", heading, sentence);
  }
  const { trial, windows, errors } = forecast;
  return {
    kind: "forecast",
    heading: `${heading}: trial ${trial} on validation rows`,
    sentence: sentenceOf(forecast),
    panels: [
      ...errors.slice(0, mostErrors).map(errorPanel),
      ...windows.slice(0, mostWindows).map(windowPanel),
    ],
    legend: [
      { label: "truth", tone: "ink", mark: "line" },
      { label: "forecast", tone: "main", mark: "line" },
      { label: "repeat last", tone: "muted", mark: "dashed" },
    ],
    table: {
      columns: ["target", "made at", "step", "truth", "forecast"],
      rows: windows.flatMap(({ target, origin, truth, forecast: own }) =>
        own.map((value, i) => [target, origin, i + 1, truth[i] ?? null, value]),
      ),
    },
  };
}

function sentenceOf({ errors, windows }: PlotForecast): string {
  const [first] = errors;
  const n = `${windows.length} of the validation windows`;
  if (first === undefined) return `${n}, in the units of the data.`;
  const last = first.model.length - 1;
  const [own, naive] = [first.model[last]!, first.naive[last]!];
  const beside = own < naive ? "below" : "not below";
  return `${n}, in the units of the data; at step ${last + 1} the root mean squared error of ${first.target} is ${figure(own)}, ${beside} the ${figure(naive)} of repeating the last value.`;
}

function errorPanel({ target, model, naive }: StepErrors): XyPanel {
  const steps = model.map((_, i) => i + 1);
  const { scale } = robustScale([...model, ...naive, 0], { all: true });
  return {
    kind: "xy",
    title: `${target}: error by step`,
    x: { label: "step of the horizon", scale: numberScale(1, Math.max(2, steps.length), false, 0.02) },
    y: { label: "RMSE", scale },
    marks: [
      { kind: "line", xs: steps, ys: naive, tone: "muted", look: "dashed", name: "repeat last" },
      { kind: "line", xs: steps, ys: model, tone: "main", look: "strong", name: "model" },
    ],
    outside: "",
  };
}

function windowPanel({ target, origin, past, truth, forecast }: ForecastWindow): XyPanel {
  const before = past.map((_, i) => i + 1 - past.length);
  const after = forecast.map((_, i) => i + 1);
  const { scale } = robustScale([...past, ...truth, ...forecast], { all: true });
  const last = past.at(-1);
  const from = last === undefined ? [] : [last];
  const steps = last === undefined ? after : [0, ...after];
  return {
    kind: "xy",
    title: `${target}, made at ${origin}`,
    x: {
      label: "steps from the forecast",
      scale: numberScale(before[0] ?? 0, Math.max(1, after.length), false, 0.02),
    },
    y: { label: "", scale },
    marks: [
      { kind: "rule", axis: "x", at: 0, tone: "faint", label: "" },
      {
        kind: "line",
        xs: [...before, ...after],
        ys: [...past, ...truth],
        tone: "ink",
        look: "plain",
        name: "truth",
      },
      { kind: "line", xs: steps, ys: [...from, ...forecast], tone: "main", look: "strong", name: "forecast" },
    ],
    outside: "",
  };
}
