import { InvalidWrite } from "../errors.ts";
import type { StudyRequest } from "../store.ts";
import { isRequest } from "./checks.ts";
import type { Connection } from "./connection.ts";
import { fromJson, toJson } from "./json.ts";
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

export function insertRequest(db: Connection, study: number, request: StudyRequest, at: number): void {
  if (request.kind === "invalid" && findTrial(db, study, request.trial) === null)
    throw new InvalidWrite(`a request to mark trial ${request.trial} invalid`, "a trial of the study");
  db.sql<[number, string, string, number]>(
    "INSERT INTO requests (study, kind, data, at) VALUES (?, ?, ?, ?)",
  ).run(study, request.kind, toJson(request), at);
}

export function listRequests(
  db: Connection,
  study: number,
  after: number,
): readonly { readonly id: number; readonly request: StudyRequest }[] {
  return db
    .sql<[number, number], { readonly id: number; readonly data: string }>(
      "SELECT id, data FROM requests WHERE study = ? AND id > ? ORDER BY id",
    )
    .all(study, after)
    .map(({ id, data }) => ({ id, request: fromJson(data, "requests.data", isRequest) }));
}
