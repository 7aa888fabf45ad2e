import { existsSync } from "node:fs";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../../storage/store.ts";
import { figure } from "../../views/numbers.ts";
import type { Io } from "../io.ts";
import { dbFile } from "../options.ts";
import type { Candidate, Names } from "./candidates.ts";

/** Trials that are offered: those that run, and the best. */
const mostTrials = 40;

/** Studies and trials of a database. Never throws: a shell that completes says nothing of trouble. */
export function databaseNames(io: Io): Names {
  const read = <T>(db: string | undefined, look: (store: StudyStore) => readonly T[]): readonly T[] => {
    const file = dbFile(io, db === undefined ? {} : { db });
    if (!existsSync(file)) return [];
    try {
      const store = openStore(file, { readonly: true });
      try {
        return look(store);
      } finally {
        store.close();
      }
    } catch {
      return [];
    }
  };
  return {
    studies: (db) =>
      read(db, (store) =>
        store
          .studies()
          .toReversed()
          .map(({ name, state, trials, metric, best }) => ({
            value: name,
            about: `${state}, ${trials} trials, best ${metric} ${figure(best)}`,
          })),
      ),
    trials: (db, name) =>
      read(db, (store) => {
        const study = name === undefined ? store.latestStudy() : store.findStudy(name);
        return study === null ? [] : trialsOf(store, study);
      }),
  };
}

function trialsOf(store: StudyStore, study: Study): readonly Candidate[] {
  const all = store.trials(study.id, { order: "rank", limit: mostTrials });
  const running = store.trials(study.id).filter(({ state }) => state === "running");
  const shown = [...running, ...all.filter(({ number }) => !running.some((one) => one.number === number))];
  const best = { value: "best", about: "the best trial" };
  return [
    ...(all.some(({ value }) => value !== null) ? [best] : []),
    ...shown.slice(0, mostTrials).map(({ number, state, value }) => ({
      value: String(number),
      about: `${state}, ${study.metric} ${figure(value)}`,
    })),
  ];
}
