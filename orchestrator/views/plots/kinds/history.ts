import { compareScores, isBetter, toScore } from "../../../../search/scores.ts";
import { figure, percent } from "../../numbers.ts";
import { bestNaive, skill } from "../../skill.ts";
import { emptyPlot, type LegendEntry, type Mark, type Plot, type RuleMark } from "../plot.ts";
import { isOn, outsideText, robustScale, secondsScale, wholeScale } from "../scales.ts";
import { ranked, whyNoValue, type PlotStudy, type PlotTrial } from "../study.ts";

export interface HistoryOptions {
  /** What runs along the axis; default: trials. */
  readonly over?: "trials" | "time";
  /** The axis shows every value, however far out. */
  readonly all?: boolean;
}

type Valued = PlotTrial & { readonly value: number };

/** Every trial's value and the best so far, with the baselines drawn through. */
export function historyPlot(study: PlotStudy, { over = "trials", all = false }: HistoryOptions = {}): Plot {
  const heading = over === "time" ? `Best ${study.metric} over time` : `Best ${study.metric} so far`;
  const trials = ranked(study);
  if (trials.length === 0) return emptyPlot("history", heading, whyNoValue(study));
  const xOf = (trial: PlotTrial): number =>
    over === "time" ? (trial.at - study.startedAt) / 1000 : trial.number;
  const inOrder = trials.toSorted((a, b) => xOf(a) - xOf(b) || a.number - b.number);
  const best = bestSoFar(inOrder, study);
  const last = study.trials.at(-1)?.number ?? 0;
  const end = over === "time" ? (study.until - study.startedAt) / 1000 : last;
  const baselines = study.baselines.flatMap(({ name, value, naive }) =>
    value === null ? [] : [{ name, value, naive }],
  );
  const values = trials.map(({ value }) => value);
  const y = robustScale(values, { goal: study.goal, also: baselines.map(({ value }) => value), all });
  const marks: Mark[] = [
    ...baselines.filter(({ value }) => isOn(y.scale, value)).map(baselineRule),
    ...pointMarks(inOrder, xOf),
    bestLine(best, xOf, end),
  ];
  return {
    kind: "history",
    heading,
    sentence: sentenceOf(study, best.at(-1)!, trials.length),
    panels: [
      {
        kind: "xy",
        title: "",
        x: {
          label: over === "time" ? "time since the start" : "trial",
          scale: over === "time" ? secondsScale(end) : wholeScale(0, last),
        },
        y: { label: study.metric, scale: y.scale },
        marks,
        outside: outsideText(y.outside),
      },
    ],
    legend: legendOf(inOrder),
    table: {
      columns: ["trial", "outcome", study.metric, "best so far", "by trial", "seconds since the start"],
      rows: inOrder.map((trial, i) => [
        trial.number,
        trial.state,
        trial.value,
        best[i]!.value,
        best[i]!.number,
        Math.round((trial.at - study.startedAt) / 100) / 10,
      ]),
    },
  };
}

/** The best up to and with each of the trials. */
function bestSoFar(trials: readonly Valued[], { goal }: PlotStudy): readonly Valued[] {
  let best = trials[0]!;
  return trials.map((trial) => {
    if (isBetter(toScore(trial.value, goal), toScore(best.value, goal))) best = trial;
    return best;
  });
}

function baselineRule({ name, value, naive }: { name: string; value: number; naive: boolean }): RuleMark {
  return {
    kind: "rule",
    axis: "y",
    at: value,
    tone: naive ? "muted" : "warn",
    label: `${name} ${figure(value)}`,
  };
}

function pointMarks(trials: readonly Valued[], xOf: (trial: PlotTrial) => number): Mark[] {
  const of = (shown: readonly Valued[], shape: "dot" | "ring"): Mark[] =>
    shown.length === 0
      ? []
      : [
          {
            kind: "points",
            xs: shown.map(xOf),
            ys: shown.map(({ value }) => value),
            tone: shape === "dot" ? "main" : "muted",
            shape,
            trials: shown.map(({ number }) => number),
          },
        ];
  return [
    ...of(
      trials.filter(({ state }) => state === "pruned"),
      "ring",
    ),
    ...of(
      trials.filter(({ state }) => state !== "pruned"),
      "dot",
    ),
  ];
}

/** A staircase that goes on to the end of the axis. */
function bestLine(best: readonly Valued[], xOf: (trial: PlotTrial) => number, end: number): Mark {
  const steps = best.filter((trial, i) => trial !== best[i - 1]);
  const xs = steps.flatMap((trial, i) => [
    xOf(trial),
    i + 1 < steps.length ? xOf(steps[i + 1]!) : Math.max(end, xOf(trial)),
  ]);
  const ys = steps.flatMap(({ value }) => [value, value]);
  return { kind: "line", xs, ys, tone: "good", look: "strong", name: "best so far" };
}

function legendOf(trials: readonly Valued[]): readonly LegendEntry[] {
  const pruned = trials.some(({ state }) => state === "pruned");
  return [
    { label: "best so far", tone: "good", mark: "line" },
    { label: pruned ? "trial trained to its end" : "trial", tone: "main", mark: "dot" },
    ...(pruned ? [{ label: "pruned trial", tone: "muted", mark: "ring" } as const] : []),
  ];
}

function sentenceOf(study: PlotStudy, best: Valued, trials: number): string {
  const { metric, goal, baselines } = study;
  const of = trials === 1 ? "the only trial with a value" : `of ${trials} trials with a value`;
  const naive = bestNaive(baselines, goal);
  const gain = skill(best.value, naive?.value ?? null, study.perfect);
  const against =
    naive === null || naive.value === null || gain === null
      ? ""
      : `, skill ${percent(gain)} against ${naive.name} (${figure(naive.value)})`;
  const others = baselines.filter((one) => !one.naive && one.value !== null);
  others.sort((a, b) => compareScores(toScore(a.value, goal), toScore(b.value, goal)));
  const [rival] = others;
  const beside =
    rival === undefined
      ? ""
      : `, ${isBetter(toScore(best.value, goal), toScore(rival.value, goal)) ? "better than" : "not better than"} ${rival.name} (${figure(rival.value)})`;
  return `The best ${metric} is ${figure(best.value)}, by trial ${best.number} (${of})${against}${beside}.`;
}
