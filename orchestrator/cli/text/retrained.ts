import type { EvaluationRow, Study } from "../../../storage/store.ts";
import type { RowsSeen } from "../../../worker/protocol/retraining.ts";
import { plural } from "../../../worker/data/errors.ts";
import type { Backtest } from "../../run/backtest-study.ts";
import type { StudyEvaluation } from "../../run/evaluate-study.ts";
import { seenText } from "../../result/seen-text.ts";
import type { RetrainedPart } from "../../run/retrain-trial.ts";
import { figure } from "../../views/numbers.ts";
import { printable } from "../../views/text-width.ts";
import { knownIntervals } from "../../verdict/known-intervals.ts";
import type { Io } from "../io.ts";
import { quantileLines } from "./quantiles.ts";
import { renderTable, type Cell } from "./table.ts";
import { shellWord } from "./shell-word.ts";
import { testGoal, testMetric } from "./test-metric.ts";
import { judgementText } from "./verdict.ts";

/** What the best trial's model is worth on the test rows once it has seen the validation rows, too. */
export function refitText(
  io: Io,
  study: Study,
  { retrained, verdict }: NonNullable<StudyEvaluation["refit"]>,
  hint: string,
): string {
  const { trial, epochs, evaluation, parts } = retrained;
  const { colors } = io;
  const metric = testMetric(study.metric, evaluation.metrics);
  const line = (name: string, value: number | undefined): readonly Cell[] => [
    { text: name },
    { text: figure(value ?? null), style: colors.bold },
  ];
  const rows = [
    line(`trial ${trial.number}, refitted`, evaluation.metrics[metric]),
    ...Object.entries(evaluation.baselines).map(([name, metrics]) => line(name, metrics[metric])),
  ];
  const { lines } = renderTable(
    [{ head: "what" }, { head: metric, align: "right" }],
    rows,
    io.columns,
    colors.dim,
  );
  const subject = `trial ${trial.number}, refitted,`;
  return [
    `${colors.bold("refit")}  trained again for ${plural(epochs, "epoch")} on ${seenText(parts[0]!.seen)}; so were the baselines`,
    "",
    ...lines,
    "",
    ...coverageLines(evaluation),
    ...(verdict === null ? [] : [judgementText(verdict, subject, colors)]),
    `  write it with: seqtune export ${shellWord(study.name)} ${trial.number} --refit${hint}`,
  ].join("\n");
}

/** A line for a part of a backtest, as soon as it is scored. */
export function partText(
  study: Study,
  parts: number,
  { seen, evaluation }: RetrainedPart,
  number: number,
): string {
  const metric = testMetric(study.metric, evaluation.metrics);
  const value = figure(evaluation.metrics[metric] ?? null);
  return `part ${number} of ${parts}: trained on ${plural(seen.samples, "sample")}, ${metric} ${value}`;
}

/** A row for each part of the test rows, and what they come to. */
export function backtestText(io: Io, { study, retrained, verdict }: Backtest): string {
  const { colors } = io;
  const { trial, epochs, parts, evaluation } = retrained;
  const metric = testMetric(study.metric, evaluation.metrics);
  const best = bestBaseline(evaluation, metric, testGoal(metric, study.goal) === "minimize");
  const row = (name: string, seen: RowsSeen | null, one: EvaluationRow): readonly Cell[] => [
    { text: name },
    { text: seen === null ? "" : (seen.until ?? plural(seen.samples, "sample")) },
    { text: String(one.windows) },
    { text: figure(one.metrics[metric] ?? null), style: colors.bold },
    { text: figure(best === null ? null : (one.baselines[best]?.[metric] ?? null)) },
  ];
  const { lines } = renderTable(
    [
      { head: "part" },
      { head: "trained until" },
      { head: "samples", align: "right" },
      { head: metric, align: "right" },
      { head: best ?? "baseline", align: "right" },
    ],
    [
      ...parts.map(({ seen, evaluation: one }, i) => row(String(i + 1), seen, one)),
      row("mean", null, evaluation),
    ],
    io.columns,
    colors.dim,
  );
  return [
    `${colors.bold(study.name)}  backtest over ${parts.length} parts of the test rows: trial ${trial.number} and the baselines trained again before each, on everything earlier (${plural(epochs, "epoch")})`,
    "",
    ...lines,
    "",
    ...coverageLines(evaluation),
    verdict === null
      ? "There is no baseline to compare with."
      : judgementText(verdict, `the configuration of trial ${trial.number}`, colors),
  ].join("\n");
}

/** The strongest over all parts. */
function bestBaseline({ baselines }: EvaluationRow, metric: string, least: boolean): string | null {
  const known = Object.entries(baselines)
    .map(([name, metrics]) => ({ name, value: metrics[metric] ?? Number.NaN }))
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => (least ? a.value - b.value : b.value - a.value));
  return known[0]?.name ?? null;
}

/** Intervals are those of the search's model, from its errors on the validation rows. */
function coverageLines(evaluation: EvaluationRow): string[] {
  const lines = knownIntervals([evaluation], evaluation.trial).flatMap(({ target, level, coverage }) =>
    coverage === null
      ? []
      : [
          `intervals  of the search's model, meant to hold ${Math.round(100 * level)} % of ${printable(target)}: they hold ${Math.round(100 * coverage)} % of the test values`,
        ],
  );
  const all = [...lines.slice(0, 3), ...quantileLines(evaluation)];
  return all.length === 0 ? [] : [...all, ""];
}
