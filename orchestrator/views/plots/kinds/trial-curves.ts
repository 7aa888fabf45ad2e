import type { TrialView } from "../../trial.ts";
import { figure } from "../../numbers.ts";
import { emptyPlot, type Plot, type RuleMark, type XyPanel } from "../plot.ts";
import { isOn, outsideText, robustScale, wholeScale } from "../scales.ts";

/** Panels beside that of the ranking metric, at most. */
const mostPanels = 6;

/** A trial's metrics by epoch (`all`: axes that reach the last outlier): the ranking metric first, with the best epoch, then the others (gradient norms among them). */
export function trialCurvesPlot(trial: TrialView, all = false): Plot {
  const { curve, metric, number } = trial;
  const heading = `Curve of trial ${number}`;
  const names = [...new Set(curve.flatMap(({ metrics }) => Object.keys(metrics)))].filter(
    (name) => name !== metric,
  );
  const of = (name: string): number[] => curve.map(({ metrics }) => metrics[name] ?? Number.NaN);
  const own = curve.map(({ value }) => value ?? Number.NaN);
  const others = names.filter((name) => of(name).some(Number.isFinite)).sort(gradientsFirst);
  const panels = [
    ...(own.some(Number.isFinite) ? [rankingPanel(trial, own, all)] : []),
    ...others.slice(0, mostPanels).map((name) => otherPanel(trial, name, of(name), all)),
  ];
  if (panels.length === 0) {
    const what = curve.length === 0 ? "no epoch" : "no finite number";
    return emptyPlot("curves", heading, `Trial ${number} has reported ${what} yet.`);
  }
  return {
    kind: "curves",
    heading,
    sentence: sentenceOf(trial),
    panels,
    legend: [],
    table: {
      columns: ["epoch", metric, ...names, "seconds", "attempt"],
      rows: curve.map(({ epoch, value, metrics, seconds, attempt }) => [
        epoch,
        value,
        ...names.map((name) => metrics[name] ?? null),
        seconds,
        attempt,
      ]),
    },
  };
}

/** Gradient norms say most about why a trial went wrong; other metrics keep their order. */
function gradientsFirst(a: string, b: string): number {
  return Number(b.includes("grad")) - Number(a.includes("grad"));
}

function sentenceOf({ curve, metric, value, bestEpoch }: TrialView): string {
  const epochs = curve.length === 1 ? "One epoch" : `${curve.length} epochs`;
  return value === null
    ? `${epochs}, none of which counts for a ${metric}.`
    : `${epochs}; the best, ${figure(value)}, is epoch ${bestEpoch ?? "?"}, whose weights count.`;
}

function rankingPanel(trial: TrialView, values: readonly number[], all: boolean): XyPanel {
  const { metric, bestEpoch, baseline } = trial;
  const { scale, outside } = robustScale(values, {
    ...(baseline === null ? {} : { also: [baseline.value] }),
    all,
  });
  const best: RuleMark[] =
    bestEpoch === null
      ? []
      : [{ kind: "rule", axis: "x", at: bestEpoch, tone: "good", label: `best epoch ${bestEpoch}` }];
  const naive: RuleMark[] =
    baseline === null || !isOn(scale, baseline.value)
      ? []
      : [
          {
            kind: "rule",
            axis: "y",
            at: baseline.value,
            tone: "muted",
            label: `${baseline.name} ${figure(baseline.value)}`,
          },
        ];
  const panel = otherPanel(trial, metric, values, all);
  return {
    ...panel,
    title: "",
    wide: true,
    y: { label: metric, scale },
    marks: [...best, ...naive, ...panel.marks.map((mark) => ({ ...mark, tone: "main" as const }))],
    outside: outsideText(outside, "epoch"),
  };
}

function otherPanel(
  { curve, maxEpochs }: TrialView,
  name: string,
  values: readonly number[],
  all: boolean,
): XyPanel {
  const { scale, outside } = robustScale(values, { all });
  const epochs = curve.map(({ epoch }) => epoch);
  return {
    kind: "xy",
    title: name,
    x: { label: "epoch", scale: wholeScale(1, Math.max(maxEpochs, epochs.at(-1) ?? 1)) },
    y: { label: "", scale },
    marks: [{ kind: "line", xs: epochs, ys: values, tone: "second", look: "plain", name }],
    outside: outsideText(outside, "epoch"),
  };
}
