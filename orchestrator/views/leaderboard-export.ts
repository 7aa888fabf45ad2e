import type { ParamValue } from "../../search/space.ts";
import { unitOf } from "../lr-range/metric.ts";
import { boardLines, varyingParams } from "./board-lines.ts";
import { toCsv, type CsvCell } from "../../worker/data/file/write-csv.ts";
import { otherMetrics, outcomeText, valueText } from "./goals-text.ts";
import type { Leaderboard, LeaderboardRow } from "./leaderboard.ts";
import { toMarkdownTable } from "./markdown.ts";
import { digits, paramText, percent } from "./numbers.ts";
import { repeatsText } from "./repeats-text.ts";
import { sentenceCase } from "./sentence.ts";

/** One line a trial with every digit, parameters in columns of their own; RFC 4180. */
export function leaderboardCsv(board: Leaderboard): string {
  const { trials } = board;
  const names = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))];
  const trialColumns = [
    ...columns,
    ...(board.repeats > 0 ? repeatColumns : []),
    ...(board.expected === null ? [] : expectedColumns),
    ...(board.goals === null ? [] : goalColumns(board)),
  ];
  // Readers of the file elsewhere then know what the values are, and which are better.
  const head = [...trialColumns.map(([name]) => name), "metric", "goal", ...names];
  const rows = trials.map((row) => [
    ...trialColumns.map(([, read]) => read(row)),
    board.metric,
    board.goal,
    ...names.map((name) => csvValue(row.params[name])),
  ]);
  return toCsv([head, ...rows]);
}

type CsvColumn = readonly [string, (row: LeaderboardRow) => CsvCell];

const columns: readonly CsvColumn[] = [
  ["number", (row) => row.number],
  ["outcome", (row) => row.outcome],
  ["value", (row) => row.value],
  ["skill", (row) => row.skill],
  ["best_epoch", (row) => row.bestEpoch],
  ["last_value", (row) => row.lastValue],
  ["epochs", (row) => row.epochs],
  ["attempts", (row) => row.attempts],
  ["reason", (row) => row.reason],
];

/** Only where there are repeats. */
const repeatColumns: readonly CsvColumn[] = [
  ["repeats", ({ repeats }) => repeats?.n ?? null],
  ["repeats_mean", ({ repeats }) => repeats?.mean ?? null],
  ["repeats_margin", ({ repeats }) => repeats?.margin ?? null],
  ["repeats_standing", ({ repeats }) => repeats?.standing ?? null],
];

/** Only where something is expected. */
const expectedColumns: readonly CsvColumn[] = [
  ["expected_mean", ({ expected }) => expected?.mean ?? null],
  ["expected_deviation", ({ expected }) => expected?.deviation ?? null],
];

/** Only where there are several goals or constraints. */
function goalColumns(board: Leaderboard): readonly CsvColumn[] {
  return [
    ["rank", ({ goals }) => goals?.rank ?? null],
    ["front", ({ goals }) => (goals === null ? null : String(goals.front))],
    ["feasible", ({ goals }) => (goals === null ? null : String(goals.feasible))],
    ...otherMetrics(board).map((name): CsvColumn => [name, ({ goals }) => goals?.values[name] ?? null]),
  ];
}

function csvValue(value: ParamValue | undefined): CsvCell {
  if (value === undefined) return null;
  if (value === null || typeof value === "boolean") return String(value);
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** A table for reports and issues, baselines at their places. */
export function leaderboardMarkdown(board: Leaderboard): string {
  const { varying } = varyingParams(board.trials.map(({ params }) => params));
  const unit = unitOf(board.metric);
  // Nothing has a skill where nothing is trained.
  const skillOf = (skill: number | null): string[] => (unit === "step" ? [] : [percent(skill)]);
  const repeats = board.repeats > 0 ? ["repeats"] : [];
  const skillHead = unit === "step" ? [] : ["skill"];
  const others = otherMetrics(board);
  const head = ["#", "trial", "outcome", board.metric, ...skillHead, unit, ...others, ...repeats, ...varying];
  const blank = [...others, ...repeats, ...varying].map(() => "");
  const rows = boardLines(board).map((line) => {
    switch (line.kind) {
      case "more":
        return ["", "…", `${line.trials} more`, "", ...skillHead.map(() => ""), "", ...blank];
      case "baseline":
        return ["", "", `(${line.name})`, digits(line.value), ...skillOf(line.skill), "", ...blank];
      case "trial": {
        const { row, rank } = line;
        const outcome = outcomeText(row, row.outcome);
        const fixed = [rank === null ? "" : String(rank), String(row.number), outcome];
        const epoch = row.bestEpoch === null ? String(row.epochs) : `${row.bestEpoch}/${row.epochs}`;
        const params = varying.map((name) => paramText(row.params[name]));
        const further = others.map((name) => valueText(row.goals?.values[name] ?? null));
        const again = repeats.map(() => repeatsText(row.repeats).trim());
        return [...fixed, digits(row.value), ...skillOf(row.skill), epoch, ...further, ...again, ...params];
      }
      default:
        return line satisfies never;
    }
  });
  const table = toMarkdownTable(head, rows);
  const words = board.expected?.words ?? null;
  return words === null ? table : `${table}\n\n${sentenceCase(words)}.`;
}
