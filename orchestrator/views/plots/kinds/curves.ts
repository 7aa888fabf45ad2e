import { compareScores, toScore } from "../../../../search/scores.ts";
import { figure } from "../../numbers.ts";
import { emptyPlot, type LineMark, type Plot } from "../plot.ts";
import { outsideText, robustScale, wholeScale } from "../scales.ts";
import { whyNoValue, type PlotStudy, type PlotTrial } from "../study.ts";

export interface CurvesOptions {
  /** Only this many of the best. */
  readonly top?: number;
  readonly all?: boolean;
  /** A logarithmic axis also where values lie close together. */
  readonly log?: boolean;
}

/** How many of the best have a colour of their own. */
const strong = 5;

/** All learning curves: pruned ones faded, the best on top, rungs drawn. */
export function curvesPlot(study: PlotStudy, { top, all = false, log = false }: CurvesOptions = {}): Plot {
  const heading = `Learning curves of ${study.metric}`;
  const ordered = study.trials
    .filter(({ curve, state }) => state !== "invalid" && hasPoint(curve))
    .toSorted((a, b) => compareScores(toScore(a.value, study.goal), toScore(b.value, study.goal)));
  const shown = ordered.slice(0, top);
  if (shown.length === 0) return emptyPlot("curves", heading, whyNoCurve(study));
  const ends = shown.flatMap(({ curve }) => finite(curve));
  const y = robustScale(ends, { goal: study.goal, all, log });
  const epochs = shown.reduce((most, { curve }) => Math.max(most, curve.length), 1);
  const beyond = shown.filter(({ curve }) =>
    finite(curve).some((value) => value < y.scale.low || value > y.scale.high),
  );
  const best = shown[0]!;
  return {
    kind: "curves",
    heading,
    sentence: sentenceOf(study, shown, best, ordered.length),
    panels: [
      {
        kind: "xy",
        title: "",
        x: { label: "epoch", scale: wholeScale(1, Math.max(epochs, study.epochs)) },
        y: { label: study.metric, scale: y.scale },
        marks: [
          ...study.rungs.map(
            (at) => ({ kind: "rule", axis: "x", at, tone: "faint", label: `rung ${at}` }) as const,
          ),
          ...shown.map((trial, rank) => curveMark(trial, rank)).toReversed(),
        ],
        outside: outsideText(beyond.length, "curve").replace("outside", "partly outside"),
      },
    ],
    legend: [
      { label: `best: trial ${best.number}`, tone: "good", mark: "line" },
      { label: "trained to its end", tone: "main", mark: "line" },
      { label: "pruned", tone: "muted", mark: "line" },
      { label: "diverged or failed", tone: "bad", mark: "line" },
    ].filter(({ tone }) =>
      shown.some((trial, rank) => curveMark(trial, rank).tone === tone),
    ) as Plot["legend"],
    table: {
      columns: ["trial", "outcome", "epoch", study.metric],
      rows: shown.flatMap(({ number, state, curve }) =>
        Array.from(curve, (value, i) => [number, state, i + 1, Number.isFinite(value) ? value : null]),
      ),
    },
  };
}

function curveMark({ number, state, curve }: PlotTrial, rank: number): LineMark {
  const tone = rank === 0 ? "good" : state === "pruned" ? "muted" : isBad(state) ? "bad" : "main";
  const look = rank === 0 ? "strong" : rank < strong && state !== "pruned" ? "plain" : "faded";
  return { kind: "line", xs: Array.from(curve, (_, i) => i + 1), ys: curve, tone, look, trial: number };
}

function isBad(state: PlotTrial["state"]): boolean {
  return state === "diverged" || state === "failed";
}

function hasPoint(curve: ArrayLike<number>): boolean {
  for (let i = 0; i < curve.length; i++) if (Number.isFinite(curve[i])) return true;
  return false;
}

function finite(curve: ArrayLike<number>): readonly number[] {
  return Array.from(curve).filter(Number.isFinite);
}

function whyNoCurve(study: PlotStudy): string {
  const { trials, metric, name } = study;
  if (trials.every(({ curve }) => curve.length === 0)) return whyNoValue(study);
  return `No trial of ${name} has reported a finite ${metric}; there is no curve to draw.`;
}

function sentenceOf(study: PlotStudy, shown: readonly PlotTrial[], best: PlotTrial, all: number): string {
  const pruned = shown.filter(({ state }) => state === "pruned").length;
  const which =
    shown.length < all
      ? `The best ${shown.length} of ${all} curves`
      : all === 1
        ? "One curve"
        : `${all} curves`;
  const parts = pruned === 0 ? "" : `, ${pruned} of them pruned early (faded)`;
  const words =
    best.value === null
      ? "no trial has a value"
      : `the best is trial ${best.number} with ${figure(best.value)} at epoch ${best.bestEpoch ?? "?"}`;
  return `${which}${parts}; ${words}.`;
}
