import { bestPossible } from "../../config/metrics.ts";
import type { StudyEvaluation } from "../../run/evaluate-study.ts";
import { figure, percent } from "../../views/numbers.ts";
import { paramLine } from "../../views/params.ts";
import { skill } from "../../views/skill.ts";
import type { KnownIntervals } from "../../../worker/protocol/evaluation-detail.ts";
import { printable } from "../../views/text-width.ts";
import type { Io } from "../io.ts";
import { refitText } from "./retrained.ts";
import { quantileLines } from "./quantiles.ts";
import { stepErrorLines } from "./step-errors.ts";
import { testGoal, testMetric } from "./test-metric.ts";
import { verdictText } from "./verdict.ts";
import { renderTable, type Cell } from "./table.ts";

/**
 * Test scores of the finalists and of the baselines, best first by validation, and what they mean. `hint`: what a command needs to
 * find the study's database.
 */
export function evaluationText(
  io: Io,
  { study, rows, verdict, refit }: StudyEvaluation,
  hint: string,
): string {
  const { colors } = io;
  const metric = testMetric(study.metric, rows[0]?.evaluation.metrics ?? {});
  const goal = testGoal(metric, study.goal);
  const baselines = Object.entries(rows[0]?.evaluation.baselines ?? {});
  const naiveNames = new Set(study.baselines.filter(({ naive }) => naive).map(({ name }) => name));
  const naive = bestOf(
    baselines.filter(([name]) => naiveNames.has(name)).map(([, metrics]) => metrics[metric]),
    goal === "minimize",
  );
  const validation = new Map(study.baselines.map(({ name, value }) => [name, value]));
  const line = (
    name: string,
    val: number | null,
    test: number | undefined,
    words: string,
  ): readonly Cell[] => [
    { text: name },
    { text: figure(val) },
    { text: figure(test ?? null), style: colors.bold },
    { text: percent(skill(test ?? null, naive, bestPossible(metric, goal))) },
    { text: words },
  ];
  const table = renderTable(
    [
      { head: "what" },
      { head: study.metric, align: "right" },
      { head: metric, align: "right" },
      { head: "test skill", align: "right" },
      { head: "configuration", optional: true },
    ],
    [
      ...rows.map(({ trial, evaluation }) =>
        line(`trial ${trial.number}`, trial.value, evaluation.metrics[metric], paramLine(trial.params)),
      ),
      ...baselines.map(([name, metrics]) =>
        line(name, validation.get(name) ?? null, metrics[metric], "baseline"),
      ),
    ],
    io.columns,
    colors.dim,
  );
  const windows = rows[0]?.evaluation.windows ?? 0;
  return [
    `${colors.bold(study.name)}  test rows, ${windows} samples, never seen in training or choosing`,
    "",
    ...table.lines,
    "",
    ...rows.slice(0, 1).flatMap(({ evaluation }) => stepErrorLines(io, evaluation)),
    ...intervalLines(rows[0]?.intervals ?? []),
    ...rows.slice(0, 1).flatMap(({ evaluation }) => spaced(quantileLines(evaluation))),
    verdict === null ? "There is no baseline to compare with." : verdictText(verdict, colors, hint),
    ...(refit === null ? [] : ["", refitText(io, study, refit, hint)]),
  ].join("\n");
}

/** Intervals that hold so much less of the test values than they should are too narrow, whatever the reason. */
const tooLittle = 0.15;

/** `intervals  90 % of OT were expected within ±1.2 to ±3.4 of what the best says; of the test values 87 % were` */
function intervalLines(intervals: readonly KnownIntervals[]): string[] {
  const lines = intervals.slice(0, 3).flatMap(({ target, level, widths, coverage }) => {
    if (coverage === null) return [];
    const [least, most] = [Math.min(...widths), Math.max(...widths)].map((width) => `±${figure(width)}`);
    const size = least === most ? least : `${least} to ${most}`;
    const rate = Math.round(100 * level);
    return [
      `intervals  ${rate} % of ${printable(target)} were expected within ${size} of what the best says; of the test values ${Math.round(100 * coverage)} % were${level - coverage > tooLittle ? ": they are too narrow for these rows" : ""}`,
    ];
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

function spaced(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...lines, ""];
}

function bestOf(values: readonly (number | undefined)[], least: boolean): number | null {
  const known = values.filter((value): value is number => value !== undefined && Number.isFinite(value));
  if (known.length === 0) return null;
  return least ? Math.min(...known) : Math.max(...known);
}
