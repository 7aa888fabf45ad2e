import type { WorkerRow } from "../store.ts";
import type { Connection } from "./connection.ts";
import { isTexts } from "./checks.ts";
import { fromJson, toJson } from "./json.ts";

/** Inserts or updates by id. When a worker was first seen does not change. */
export function upsertWorkers(db: Connection, study: number, workers: readonly WorkerRow[]): void {
  const upsert = db.sql(`
    INSERT INTO workers (study, id, host, pid, version, engine, labels, first_seen, last_seen)
    VALUES (@study, @id, @host, @pid, @version, @engine, @labels, @firstSeen, @lastSeen)
    ON CONFLICT DO UPDATE SET host = excluded.host, pid = excluded.pid, version = excluded.version,
      engine = excluded.engine, labels = excluded.labels, last_seen = excluded.last_seen`);
  for (const worker of workers) upsert.run({ ...worker, study, labels: toJson(worker.labels) });
}

/** In the order they were first seen. */
export function listWorkers(db: Connection, study: number): readonly WorkerRow[] {
  return db
    .sql<[number], Omit<WorkerRow, "labels"> & { readonly labels: string }>(`
      SELECT id, host, pid, version, engine, labels, first_seen AS firstSeen, last_seen AS lastSeen
      FROM workers WHERE study = ? ORDER BY first_seen, id`)
    .all(study)
    .map((row) => ({ ...row, labels: fromJson(row.labels, "workers.labels", isTexts) }));
}
