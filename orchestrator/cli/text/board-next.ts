import { unitOf } from "../../lr-range/metric.ts";
import type { BoardLine } from "../../views/board-lines.ts";
import type { Leaderboard } from "../../views/leaderboard.ts";
import { isResumable, standingOf } from "../../views/standing.ts";
import type { BoardStyle } from "./board-style.ts";
import { nextCommands, type NextCommand } from "./next-commands.ts";

/** What is worth typing after a look at a leaderboard, in lines. */
export function boardCommands(board: Leaderboard, lines: readonly BoardLine[], style: BoardStyle): string[] {
  return reaching(commandsFor(board, lines), style);
}

/** Here, what goes on goes on in the lab. Elsewhere any credentials read; not all may stop. */
function reaching(commands: readonly NextCommand[], style: BoardStyle): string[] {
  const { lab } = style;
  if (lab === undefined) return nextCommands(commands, style);
  if (lab.isHere) {
    const withLab = (one: NextCommand): NextCommand =>
      one.command.startsWith("resume ") ? { ...one, command: one.command + lab.hint } : one;
    return nextCommands(commands.map(withLab), style);
  }
  const known = commands.filter(({ command }) => command.startsWith("leaderboard "));
  return nextCommands(known, { ...style, dbHint: lab.hint });
}

function aboutFirst({ metric, tunes }: Leaderboard, rank: number | null): string {
  if (unitOf(metric) === "step") return "its curve over the learning rates";
  if (tunes === "program")
    return rank === 1 ? "curve, attempts and log of the best" : "curve, attempts and log";
  if (tunes === "asked") return "curve and attempts";
  return rank === 1 ? "curve, attempts and weights of the best" : "curve, attempts and reason";
}

function commandsFor(board: Leaderboard, lines: readonly BoardLine[]): NextCommand[] {
  const name = board.study;
  const standing = standingOf(board);
  const commands: NextCommand[] = [];
  if (isResumable(standing) && board.tunes !== "asked")
    commands.push({ command: `resume ${name}`, about: "go on where it ended" });
  if (standing === "running") commands.push({ command: `stop ${name}`, about: "end it in good order" });
  const first = lines.find((line) => line.kind === "trial");
  if (first !== undefined) {
    commands.push({ command: `show ${name} ${first.row.number}`, about: aboutFirst(board, first.rank) });
  }
  // Range tests keep no weights that could be scored.
  if (unitOf(board.metric) === "step") {
    commands.push({ command: `lr-find ${name}`, about: "a learning rate for each configuration" });
  } else if (first?.rank === 1 && board.tunes === "models" && standing !== "running") {
    commands.push({ command: `evaluate ${name} --top 3`, about: "score the best on the test rows" });
  }
  const more = lines.find((line) => line.kind === "more");
  if (more !== undefined) {
    const all = more.trials + board.trials.length;
    commands.push({ command: `leaderboard ${name} --top ${all}`, about: "all trials" });
  }
  return commands;
}
