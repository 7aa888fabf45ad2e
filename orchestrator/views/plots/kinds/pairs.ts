import type { PredictedPairs } from "../../../../worker/protocol/evaluation-detail.ts";
import type { Plot, XyPanel } from "../plot.ts";
import { outsideText, robustScale } from "../scales.ts";

/** What was predicted for each sample against the truth: a perfect model's points lie on the diagonal. */
export function pairsPlot(heading: string, all: readonly PredictedPairs[], everything: boolean): Plot {
  const count = all[0]!.truth.length;
  return {
    kind: "forecast",
    heading,
    sentence: `${count} validation samples, one point each, in the units of the data; a perfect model's lie on the diagonal.`,
    panels: all.map((one) => panelOf(one, everything)),
    legend: [
      { label: "validation sample", tone: "main", mark: "dot" },
      { label: "predicted = true", tone: "muted", mark: "dashed" },
    ],
    table: {
      columns: ["target", "truth", "predicted"],
      rows: all.flatMap(({ target, truth, predicted }) =>
        truth.map((value, i) => [target, value, predicted[i] ?? null]),
      ),
    },
  };
}

function panelOf({ target, truth, predicted }: PredictedPairs, all: boolean): XyPanel {
  const numbers = (values: readonly (number | null)[]): number[] =>
    values.map((value) => value ?? Number.NaN);
  const [xs, ys] = [numbers(truth), numbers(predicted)];
  const { scale, outside } = robustScale([...xs, ...ys], { all });
  return {
    kind: "xy",
    title: target,
    x: { label: "truth", scale },
    y: { label: "predicted", scale },
    marks: [
      {
        kind: "line",
        xs: [scale.low, scale.high],
        ys: [scale.low, scale.high],
        tone: "muted",
        look: "dashed",
        name: "predicted = true",
      },
      { kind: "points", xs, ys, tone: "main", shape: xs.length > 200 ? "small" : "dot" },
    ],
    outside: outsideText(outside, "value"),
  };
}
