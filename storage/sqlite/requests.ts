import { InvalidWrite } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { findTrial } from "./trials.ts";

export function insertStopRequest(db: Connection, study: number, trial: number | null, at: number): void {
  if (trial !== null && findTrial(db, study, trial) === null) {
    throw new InvalidWrite(`a request to stop trial ${trial}`, "a trial of the study");
  }
  db.sql<[number, number | null, number]>(
    "INSERT INTO stop_requests (study, trial, at) VALUES (?, ?, ?)",
  ).run(study, trial, at);
}

export function listStopRequests(
  db: Connection,
  study: number,
  after: number,
): readonly { readonly id: number; readonly trial: number | null }[] {
  return db
    .sql<[number, number], { id: number; trial: number | null }>(
      "SELECT id, trial FROM stop_requests WHERE study = ? AND id > ? ORDER BY id",
    )
    .all(study, after);
}
