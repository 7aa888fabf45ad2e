import { toScore } from "../../../search/scores.ts";
import type { SeenTrial, Snapshot } from "../../views/snapshot.ts";

export const sorts = ["rank", "newest", "epochs", "state"] as const;
export type Sort = (typeof sorts)[number];

/** What someone who watches has chosen to see. */
export interface WatchState {
  readonly sort: Sort;
  /** Number of the marked trial. */
  readonly selected: number | null;
  /** The trial that is open, and how far its text is scrolled. */
  readonly open: { readonly trial: number; readonly scroll: number } | null;
  /** Waits for a yes. `trial` null: the whole study. */
  readonly asking: { readonly trial: number | null } | null;
  readonly help: boolean;
  /** The workers are shown in place of the trials; how far they are scrolled. */
  readonly workers: { readonly scroll: number } | null;
  /** What came of the last action. */
  readonly message: string | null;
}

export const firstState: WatchState = {
  sort: "rank",
  selected: null,
  open: null,
  asking: null,
  help: false,
  workers: null,
  message: null,
};

export type Effect =
  | { readonly kind: "quit" }
  /** `trial` null: the whole study. */
  | { readonly kind: "stop"; readonly trial: number | null };

export interface Pressed {
  readonly state: WatchState;
  readonly effect: Effect | null;
}

/** By the key's sequence: what it does, so that letters and arrows are one. */
const moves: Readonly<Record<string, number>> = {
  "\u001b[A": -1,
  "\u001bOA": -1,
  k: -1,
  "\u001b[B": 1,
  "\u001bOB": 1,
  j: 1,
  "\u001b[5~": -10,
  "\u001b[6~": 10,
  g: -Infinity,
  "\u001b[H": -Infinity,
  G: Infinity,
  "\u001b[F": Infinity,
};
const back = new Set(["\u001b", "\u007f", "\b", "\u001b[D", "\u001bOD", "h"]);
const enter = new Set(["\r", "\n", "\u001b[C", "\u001bOC", "l"]);

/** What a key does to the screen, and what it asks for. */
export function press(state: WatchState, key: string, snapshot: Snapshot): Pressed {
  const quiet = { ...state, message: null };
  const only = (next: WatchState): Pressed => ({ state: next, effect: null });
  if (state.asking !== null) return answer(quiet, state.asking, key);
  if (key === "q" || key === "\u0003" || key === "\u0004") return { state, effect: { kind: "quit" } };
  if (key === "?") return only({ ...quiet, help: !state.help });
  if (state.help) return only({ ...quiet, help: false });
  if (key === "w")
    return only({ ...quiet, open: null, workers: state.workers === null ? { scroll: 0 } : null });
  const move = moves[key];
  if (move !== undefined) return only(moved(quiet, move, snapshot));
  if (state.workers !== null && back.has(key)) return only({ ...quiet, workers: null });
  const marked = state.open?.trial ?? state.selected;
  if (state.workers !== null && key !== "X") return only(quiet);
  if (key === "x") {
    const isOpen = snapshot.running.some(({ number }) => number === marked);
    if (marked === null || !isOpen)
      return only({ ...quiet, message: "mark a running trial first: only those can be stopped" });
    return only({ ...quiet, asking: { trial: marked } });
  }
  if (key === "X")
    return only(
      snapshot.ended === null
        ? { ...quiet, asking: { trial: null } }
        : { ...quiet, message: "the study is not running" },
    );
  if (state.open !== null) return only(back.has(key) ? { ...quiet, open: null } : quiet);
  if (key === "s") return only({ ...quiet, sort: sorts[(sorts.indexOf(state.sort) + 1) % sorts.length]! });
  const first = state.selected ?? listOf(snapshot, state.sort)[0]?.number ?? null;
  if (enter.has(key) && first !== null)
    return only({ ...quiet, selected: first, open: { trial: first, scroll: 0 } });
  return only(quiet);
}

function answer(state: WatchState, asking: { readonly trial: number | null }, key: string): Pressed {
  const next = { ...state, asking: null };
  if (key === "y" || key === "Y") return { state: next, effect: { kind: "stop", ...asking } };
  return { state: { ...next, message: "nothing was stopped" }, effect: null };
}

function moved(state: WatchState, by: number, snapshot: Snapshot): WatchState {
  if (state.workers !== null) return { ...state, workers: { scroll: scrolled(state.workers.scroll, by) } };
  if (state.open !== null)
    return { ...state, open: { ...state.open, scroll: scrolled(state.open.scroll, by) } };
  const list = listOf(snapshot, state.sort);
  if (list.length === 0) return state;
  const at = list.findIndex(({ number }) => number === state.selected);
  const next = at < 0 ? (by > 0 ? (by === Infinity ? list.length - 1 : 0) : list.length - 1) : at + by;
  const place = Math.min(list.length - 1, Math.max(0, next));
  return { ...state, selected: list[place]!.number };
}

/** The end of the text is not known here: drawing keeps to it. */
function scrolled(from: number, by: number): number {
  return Math.min(10_000, Math.max(0, from + by));
}

/** The trials that can be marked, in the order that was chosen; trials without a value yet have no rank. */
export function listOf({ ranked, running, goal }: Snapshot, sort: Sort): readonly SeenTrial[] {
  if (sort === "rank") return ranked;
  const more = running.filter(({ number }) => !ranked.some((one) => one.number === number));
  const all = [...ranked, ...more];
  switch (sort) {
    case "newest":
      return all.toSorted((a, b) => b.number - a.number);
    case "epochs":
      return all.toSorted((a, b) => b.epochs - a.epochs || toScore(a.value, goal) - toScore(b.value, goal));
    case "state":
      return all.toSorted((a, b) => a.state.localeCompare(b.state) || a.number - b.number);
    default:
      return sort satisfies never;
  }
}
