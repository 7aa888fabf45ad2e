import { figure } from "../../numbers.ts";
import { bestNaive } from "../../skill.ts";
import { emptyPlot, type LineMark, type Plot, type RuleMark, type Tone } from "../plot.ts";
import { isOn, numberScale, outsideText, robustScale } from "../scales.ts";
import { ranked, whyNoValue, type PlotStudy } from "../study.ts";

const tones: readonly Tone[] = ["main", "second", "good", "warn", "bad", "ink"];

/** The empirical distribution of the metric: which share of the trials comes to a value or better. Several studies side by side. */
export function edfPlot(study: PlotStudy, others: readonly PlotStudy[] = [], all = false): Plot {
  const heading = `Share of trials that reach a ${study.metric}`;
  const studies = [study, ...others].map((one) => ({
    study: one,
    values: ranked(one)
      .map(({ value }) => value)
      .sort((a, b) => (study.goal === "minimize" ? a - b : b - a)),
  }));
  const filled = studies.filter(({ values }) => values.length > 0);
  if (filled.length === 0) return emptyPlot("edf", heading, whyNoValue(study));
  const naive = bestNaive(study.baselines, study.goal)?.value ?? null;
  const { scale, outside } = robustScale(
    filled.flatMap(({ values }) => values),
    { goal: study.goal, also: naive === null ? [] : [naive], all },
  );
  const far = study.goal === "minimize" ? scale.high : scale.low;
  const lines = filled.map(({ study: one, values }, i): LineMark => {
    // To the end of the axis: what lies beyond is no line back to it.
    const inside = values.filter((value) => (study.goal === "minimize" ? value <= far : value >= far));
    const xs = [inside[0] ?? far, ...inside.flatMap((value, k) => [value, inside[k + 1] ?? far])];
    const ys = [0, ...inside.flatMap((_, k) => [(k + 1) / values.length, (k + 1) / values.length])];
    return { kind: "line", xs, ys, tone: tones[i % tones.length]!, look: "plain", name: one.name };
  });
  const median = filled[0]!.values[Math.floor((filled[0]!.values.length - 1) / 2)]!;
  const reached = naive === null ? null : share(filled[0]!.values, naive, study);
  return {
    kind: "edf",
    heading,
    sentence: `Half of the ${filled[0]!.values.length} trials of ${filled[0]!.study.name} that have a value come to ${figure(median)} or better${
      reached === null
        ? ""
        : `; ${Math.round(100 * reached)} % are better than the best naive baseline (${figure(naive)})`
    }.`,
    panels: [
      {
        kind: "xy",
        title: "",
        x: { label: study.metric, scale },
        y: { label: "share of trials", scale: numberScale(0, 1, false, 0) },
        marks: [...(naive !== null && isOn(scale, naive) ? [naiveRule(naive)] : []), ...lines],
        outside: outsideText(outside),
      },
    ],
    legend: lines.map(({ name, tone }) => ({ label: name ?? "", tone, mark: "line" })),
    table: {
      columns: ["study", study.metric, "share of trials"],
      rows: filled.flatMap(({ study: one, values }) =>
        values.map((value, k) => [one.name, value, (k + 1) / values.length]),
      ),
    },
  };
}

function naiveRule(at: number): RuleMark {
  return { kind: "rule", axis: "x", at, tone: "muted", label: `naive ${figure(at)}` };
}

function share(values: readonly number[], naive: number, { goal }: PlotStudy): number {
  return (
    values.filter((value) => (goal === "minimize" ? value < naive : value > naive)).length / values.length
  );
}
