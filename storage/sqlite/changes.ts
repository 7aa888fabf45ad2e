import type { CurveRow, Place, StudyChanges } from "../store.ts";
import { isNumbers } from "./checks.ts";
import type { Connection } from "./connection.ts";
import { numbersFromJson } from "./json.ts";
import { trialsChanged } from "./trials.ts";

/** Grows when another connection commits, and not by what this one does. */
export function dataVersion(db: Connection): number {
  return db.sql<[], { data_version: number }>("PRAGMA data_version").get()!.data_version;
}

/** See `StudyStore.place`. */
export function readPlace(db: Connection, study: number): Place {
  return db
    .sql<[number], Place>(`
      SELECT reports, ended, (SELECT coalesce(max(number) + 1, 0) FROM trials WHERE study = p.study) AS trials
      FROM progress p WHERE study = ?`)
    .get(study)!;
}

/** See `StudyStore.changes`. */
export function readChanges(db: Connection, study: number, since: Place): StudyChanges {
  const now = readPlace(db, study);
  const reported =
    now.reports === since.reports
      ? []
      : db
          .sql<[number, number], { trial: number; epoch: number }>(`
            SELECT trial, min(epoch) AS epoch FROM reports
            WHERE study = ? AND place > ? AND stale = 0 GROUP BY trial`)
          .all(study, since.reports);
  return {
    place: now,
    trials: trialsChanged(db, study, since),
    reported: new Map(reported.map(({ trial, epoch }) => [trial, epoch])),
  };
}

/**
 * See `StudyStore.curveRows`. How far a trial's attempts were to go is read apart: joined, SQLite reads every report of the study
 * for each range of trials, or sorts what it found.
 */
export function readCurveRows(db: Connection, study: number, from: number, to: number): readonly CurveRow[] {
  const reach = new Map(
    db
      .sql<[number, number, number], readonly [trial: number, last: number]>(`
        SELECT trial, max(to_epoch) FROM attempts WHERE study = ? AND trial >= ? AND trial < ? GROUP BY trial`)
      .raw()
      .all(study, from, to),
  );
  return db
    .sql<[number, number, number], CurveRow>(`
      SELECT trial, epoch, value, seconds, at FROM reports
      WHERE study = ? AND trial >= ? AND trial < ? AND stale = 0 ORDER BY trial, attempt, n`)
    .raw()
    .all(study, from, to)
    .filter(([trial, epoch]) => epoch <= (reach.get(trial) ?? 0));
}

/** See `StudyStore.bestMetrics`. */
export function readBestMetrics(
  db: Connection,
  study: number,
  from: number,
  to: number,
): ReadonlyMap<number, Readonly<Record<string, number>>> {
  const rows = db
    .sql<[number, number, number], readonly [trial: number, metrics: string]>(`
      SELECT t.number, r.metrics FROM trials t
      JOIN reports r ON r.study = t.study AND r.trial = t.number AND r.epoch = t.best_epoch AND r.stale = 0
      WHERE t.study = ? AND t.number >= ? AND t.number < ? ORDER BY t.number, r.attempt, r.n`)
    .raw()
    .all(study, from, to);
  return new Map(rows.map(([trial, text]) => [trial, numbersFromJson(text, "reports.metrics", isNumbers)]));
}
