import type { TrialState } from "../../../search/history.ts";
import type { Params } from "../../../search/space.ts";
import { unitOf } from "../../lr-range/metric.ts";
import { boardLines, varyingParams, type BoardLine } from "../../views/board-lines.ts";
import { countsText, stateText, totalTrials } from "../../views/counts.ts";
import { outcomeText } from "../../views/goals-text.ts";
import type { Leaderboard } from "../../views/leaderboard.ts";
import { digits, duration, figure, paramText, percent } from "../../views/numbers.ts";
import { paramLine } from "../../views/params.ts";
import { repeatsText } from "../../views/repeats-text.ts";
import { standingOf, standingText } from "../../views/standing.ts";
import type { Colors } from "../io.ts";
import { goalCells, goalColumns, goalLines, goalsHead } from "./board-goals.ts";
import { boardCommands } from "./board-next.ts";
import type { BoardStyle } from "./board-style.ts";
import { fold } from "./fold.ts";
import { shortName } from "./short-names.ts";
import { droppedWords, renderTable, type Cell, type Column } from "./table.ts";
import { clip, printable } from "../../views/text-width.ts";

/** A longer value is cut: lists of columns can be very long. */
const widestParam = 32;

/** The leaderboard for people; no line is wider than the terminal. */
export function boardText(board: Leaderboard, style: BoardStyle): string {
  const { varying, shared } = varyingParams(board.trials.map(({ params }) => params));
  const lines = boardLines(board);
  const repeats = board.repeats > 0;
  const goes = standingOf(board) === "running";
  const columns = [
    ...withoutSkill(board, fixedColumns(board)),
    ...goalColumns(board),
    ...(repeats ? [repeatsColumn] : []),
    ...varying.map((name) => paramColumn(name, board)),
  ];
  const rows = lines.map((line) => [
    ...withoutSkill(board, fixedCells(line, goes, style.colors)),
    ...goalCells(board, line),
    ...(repeats ? [repeatsCell(line, style.colors)] : []),
    ...paramCells(varying, line),
  ]);
  const table = renderTable(columns, rows, style.columns, style.colors.bold);
  const parts = [
    headLines(board, style),
    totalTrials(board.counts) > 0 || board.baselines.length > 0 ? table.lines : [],
    luckLines(board, style),
    goalLines(board, style.columns),
    footLines(board, lines, shared, table.dropped, style),
    boardCommands(board, lines, style),
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}

function headLines(board: Leaderboard, { colors, now, columns }: BoardStyle): string[] {
  const standing = standingOf(board);
  const state = standingText(standing, board.study);
  const why = board.reason === null || standing === "running" ? "" : `: ${printable(board.reason)}`;
  const spent = board.endedAt === null ? now : board.endedAt;
  const time = standing === "abandoned" ? "" : ` (${duration(Math.max(0, spent - board.startedAt))})`;
  const title = fold(`${board.study}  ${state}${why}${time}`, columns);
  return [
    ...title.map((line, index) => (index === 0 ? line.replace(board.study, colors.bold(board.study)) : line)),
    ...fold(countsLine(board), columns),
    ...fold(metricLine(board) + goalsHead(board), columns).map(colors.dim),
  ];
}

/** `24 trials: 12 complete, 10 pruned, 2 diverged` */
function countsLine(board: Leaderboard): string {
  const { counts, repeats } = board;
  const total = totalTrials(counts);
  if (total === 0) return "no trials yet";
  const again = repeats === 0 ? "" : `; ${repeats} of them repeats of the best with other seeds`;
  return `${total} ${total === 1 ? "trial" : "trials"}: ${countsText(counts, standingOf(board) === "running")}${again}`;
}

function metricLine({ metric, goal, baseline }: Leaderboard): string {
  const direction = `${metric}, ${goal === "minimize" ? "lower" : "higher"} is better`;
  if (baseline === null) return direction;
  const share = goal === "minimize" ? "share of its error removed" : "share of what it lacks to 1 gained";
  return `${direction}; skill: against ${baseline.name} (${figure(baseline.value)}), ${share}`;
}

function fixedColumns(board: Leaderboard): Column[] {
  return [
    { head: "#", align: "right" },
    { head: "trial", align: "right" },
    { head: "outcome" },
    { head: board.metric, align: "right" },
    { head: "skill", align: "right" },
    { head: unitOf(board.metric), align: "right" },
  ];
}

/** Where nothing is trained nothing has a skill. `all`: the fixed columns, or their cells. */
function withoutSkill<T>({ metric }: Leaderboard, all: readonly T[]): readonly T[] {
  return unitOf(metric) === "step" ? all.filter((_, index) => index !== skillColumn) : all;
}

const skillColumn = 4;
const repeatsColumn: Column = { head: "repeats", align: "right" };

function repeatsCell(line: BoardLine, colors: Colors): Cell {
  if (line.kind !== "trial" || line.row.repeats === null) return { text: "" };
  const { standing } = line.row.repeats;
  const style = { best: colors.green, diverged: colors.red, tied: undefined, worse: undefined }[standing];
  return { text: repeatsText(line.row.repeats), ...styleOf(style) };
}

function paramColumn(name: string, { trials }: Leaderboard): Column {
  const isText = trials.some(({ params }) => typeof params[name] === "string");
  return { head: name, short: shortName(name), align: isText ? "left" : "right", optional: true };
}

function fixedCells(line: BoardLine, goes: boolean, colors: Colors): Cell[] {
  if (line.kind === "more") return cells("", "…", `${line.trials} more`, "", "", "").map(styled(colors.dim));
  if (line.kind === "baseline") {
    const texts = cells("", "", `(${line.name})`, digits(line.value), percent(line.skill), "");
    return texts.map(styled(colors.dim));
  }
  const { rank, row } = line;
  const epoch = row.bestEpoch === null ? String(row.epochs) : `${row.bestEpoch}/${row.epochs}`;
  const best = rank === 1 ? colors.green : undefined;
  return [
    { text: rank === null ? "" : String(rank), ...styleOf(best) },
    { text: String(row.number), ...styleOf(best) },
    { text: outcomeText(row, stateText(row.outcome, goes)), ...styleOf(outcomeStyle(row.outcome, colors)) },
    { text: digits(row.value), ...styleOf(best) },
    { text: percent(row.skill), ...styleOf(row.skill !== null && row.skill < 0 ? colors.red : best) },
    { text: epoch },
  ];
}

function paramCells(varying: readonly string[], line: BoardLine): Cell[] {
  return varying.map((name) => ({
    text: line.kind === "trial" ? clip(paramText(line.row.params[name]), widestParam) : "",
  }));
}

function outcomeStyle(outcome: TrialState, colors: Colors): Cell["style"] {
  if (outcome === "diverged" || outcome === "failed") return colors.red;
  if (outcome === "running" || outcome === "paused") return colors.cyan;
  return outcome === "complete" ? undefined : colors.dim;
}

function cells(...texts: readonly string[]): Cell[] {
  return texts.map((text) => ({ text }));
}

function styled(style: (text: string) => string): (cell: Cell) => Cell {
  return (cell) => ({ ...cell, style });
}

function styleOf(style: Cell["style"]): Pick<Cell, "style"> {
  return style === undefined ? {} : { style };
}

/** Where the first of the ranking was probably lucky. */
function luckLines({ expected }: Leaderboard, { columns }: BoardStyle): string[] {
  const words = expected?.words ?? null;
  return words === null ? [] : fold(words, columns);
}

function footLines(
  board: Leaderboard,
  lines: readonly BoardLine[],
  shared: Params,
  dropped: readonly string[],
  { columns, colors, db }: BoardStyle,
): string[] {
  const texts: string[] = [];
  if (Object.keys(shared).length > 0) texts.push(`the same in all: ${printable(paramLine(shared))}`);
  texts.push(...droppedWords(dropped));
  if (board.repeats > 0) {
    texts.push(
      "repeats: mean over retrainings with other seeds ± its 95 % confidence interval; * the best, = statistically tied with the best",
    );
  }
  if (board.known > 0)
    texts.push(
      board.known === 1
        ? "the search also knew 1 result from elsewhere, which does not rank"
        : `the search also knew ${board.known} results from elsewhere, which do not rank`,
    );
  if (lines.some(({ kind }) => kind === "baseline"))
    texts.push(
      `(in brackets) ${board.tunes === "program" ? "figures given by the sweep" : "baselines on the same rows"}`,
    );
  const reason = commonReason(board);
  if (reason !== null) texts.push(reason);
  texts.push(`results in ${db}`);
  return texts.flatMap((text) => fold(text, columns)).map(colors.dim);
}

/** Where nothing has a value, the reason met most often says more than the table. */
function commonReason({ trials }: Leaderboard): string | null {
  if (trials.length === 0 || trials.some(({ value }) => value !== null)) return null;
  const times = new Map<string, number>();
  for (const { reason } of trials) if (reason !== null) times.set(reason, (times.get(reason) ?? 0) + 1);
  const [most] = [...times].sort((a, b) => b[1] - a[1]);
  return most === undefined
    ? null
    : `no trial has a value; most often: ${printable(most[0])} (${most[1]} of ${trials.length} trials)`;
}
