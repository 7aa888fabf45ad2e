import type { Study, StudyStore } from "../../../storage/store.ts";
import { isDriven } from "../../driven.ts";
import { leaderboard, type Leaderboard, type LeaderboardQuery } from "../../views/leaderboard.ts";
import type { Io } from "../io.ts";
import { boardText } from "./board.ts";
import { shownByDefault, type BoardStyle } from "./board-style.ts";

interface Database {
  readonly file: string;
  /** ` --db FILE` where a command to type later needs it, else empty. */
  readonly hint: string;
}

/** The leaderboard of a study as people see it. */
export function leaderboardText(
  io: Io,
  store: StudyStore,
  study: Study,
  db: Database,
  lab: BoardStyle["lab"],
): string {
  const board = boardOf(store, study, db.file, { top: shownByDefault });
  return boardText(board, { ...boardStyle(io, db), ...(lab === undefined ? {} : { lab }) });
}

/** The leaderboard, with whether a process drives the study now. */
export function boardOf(store: StudyStore, study: Study, file: string, query: LeaderboardQuery): Leaderboard {
  return leaderboard(store, study, { ...query, driven: isDriven(store, study, file) });
}

export function boardStyle({ columns, colors }: Io, { file, hint }: Database): BoardStyle {
  return { columns, colors, db: file, dbHint: hint, now: Date.now() };
}
