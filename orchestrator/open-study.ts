import { openStore } from "../storage/sqlite/open.ts";
import type { Report, Study, Trial } from "../storage/store.ts";
import { UserError } from "./errors.ts";
import { leaderboard, type Leaderboard, type LeaderboardQuery } from "./views/leaderboard.ts";

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
  const study = name === undefined ? store.latestStudy() : store.findStudy(name);
  if (study === null) {
    store.close();
    throw new UserError(`there is no study ${name ?? ""} in ${db}; see: seqtune studies`);
  }
  return {
    study,
    leaderboard: (query) => leaderboard(store, study, query),
    trial: (number) => store.trial(study.id, number),
    curve: (number) => store.curve(study.id, number),
    close: () => store.close(),
  };
}
