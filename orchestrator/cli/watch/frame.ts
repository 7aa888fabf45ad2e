import { headLines, runningLines } from "../live/render.ts";
import { rankingLines } from "../live/ranking.ts";
import { bestSoFarLines } from "../live/best-so-far.ts";
import type { Snapshot } from "../../views/snapshot.ts";
import { clip, printable } from "../../views/text-width.ts";
import type { Colors } from "../io.ts";
import { listOf, type WatchState } from "./state.ts";

export interface WatchFrame {
  readonly snapshot: Snapshot;
  readonly state: WatchState;
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  readonly colors: Colors;
  /** Everything about the open trial, or the workers, line by line. */
  readonly detailLines: readonly string[];
}

const mostRunning = 12;

const help = [
  "up, down, j, k     mark a trial; page up, page down, g, G go further",
  "enter              open it: parameters, curve, metrics, attempts; esc goes back",
  "s                  sort: by rank, newest first, by epochs, by state",
  "x                  stop the marked trial, if it runs; it keeps what it has",
  "X                  stop the study: no more trials, running ones end",
  "w                  the workers: what each has now, did, lost; w or esc goes back",
  "q, Ctrl-C          quit; the study continues",
  "?                  these keys",
];

/** The whole screen of `seqtune watch`: exactly as many lines as the terminal has. */
export function watchFrame(frame: WatchFrame): readonly string[] {
  const { rows, columns, colors, state } = frame;
  const detail = state.open ?? state.workers;
  const body = state.help
    ? [colors.bold("keys"), "", ...help.map((line) => clip(line, columns))]
    : detail === null
      ? boardBody(frame)
      : detailBody(frame, detail.scroll);
  const room = rows - 1;
  const filled = [
    ...body.slice(0, room),
    ...Array.from({ length: Math.max(0, room - body.length) }, () => ""),
  ];
  return [...filled, footer(frame)];
}

function boardBody(frame: WatchFrame): readonly string[] {
  const { snapshot, state, columns, rows, colors } = frame;
  const head = headLines(frame);
  const most = Math.min(mostRunning, Math.max(3, Math.floor(rows * 0.3)));
  const running = runningLines({ ...frame, inLab: false }, most);
  const room = rows - 1 - head.length - running.length - 2;
  const sorted = state.sort === "rank" ? {} : { trials: listOf(snapshot, state.sort) };
  const ranking = rankingLines(snapshot, {
    columns,
    colors,
    rows: room,
    selected: state.selected,
    ...sorted,
  });
  const none = ranking.length === 0 ? [colors.dim("  no trial has a value yet")] : ranking;
  const body = [...head, "", ...none, "", ...running];
  const picture = bestSoFarLines(snapshot, Math.min(columns, 130), rows - 2 - body.length, colors);
  return picture.length === 0 ? body : [...body, "", ...picture];
}

/** The text of the open trial, or of the workers, from where it was scrolled to, never past its end. */
function detailBody({ detailLines, rows }: WatchFrame, scroll: number): readonly string[] {
  const from = Math.max(0, Math.min(scroll, detailLines.length - (rows - 1)));
  return detailLines.slice(from);
}

function footer({ snapshot, state, columns, colors }: WatchFrame): string {
  if (state.asking !== null) {
    const what = state.asking.trial === null ? `the study ${snapshot.study}` : `trial ${state.asking.trial}`;
    return colors.yellow(clip(printable(`stop ${what}? y stops it, any other key does not`), columns));
  }
  if (state.message !== null) return colors.yellow(clip(printable(state.message), columns));
  const keys =
    state.workers !== null
      ? "↑↓ scroll  esc, w back  X stop study  ? help  q quit"
      : state.open === null
        ? `↑↓ mark  enter open  s sort (${state.sort})  w workers  ? help  q quit  x stop trial  X stop study`
        : "↑↓ scroll  esc back  x stop trial  ? help  q quit";
  return colors.dim(clip(keys, columns));
}
