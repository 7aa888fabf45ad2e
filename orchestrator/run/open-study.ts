import { openStore } from "../../storage/sqlite/open.ts";
import type { Report, Study, Trial } from "../../storage/store.ts";
import { requireStudy } from "./require-study.ts";
import { leaderboard, type Leaderboard, type LeaderboardQuery } from "../views/leaderboard.ts";

/** A study's results, read while it runs or afterwards. */
export interface StudyReader {
  readonly study: Study;
  leaderboard(query?: LeaderboardQuery): Leaderboard;
  trial(number: number): Trial | null;
  /** Reports of a trial, epoch by epoch. */
  curve(number: number): readonly Report[];
  close(): void;
}

/** Opens a study for reading; without a name the one changed last. Throws `UserError` when there is none. */
export function openStudy(db: string, name?: string): StudyReader {
  const store = openStore(db, { readonly: true });
  let study: Study;
  try {
    study = requireStudy(store, name ?? null, db);
  } catch (error) {
    store.close();
    throw error;
  }
  return {
    study,
    leaderboard: (query) => leaderboard(store, study, query),
    trial: (number) => store.trial(study.id, number),
    curve: (number) => store.curve(study.id, number),
    close: () => store.close(),
  };
}
