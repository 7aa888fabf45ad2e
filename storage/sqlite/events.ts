import type { EventRow } from "../store.ts";
import type { Connection } from "./connection.ts";
import { isAnything } from "./checks.ts";
import { fromJson, toJson } from "./json.ts";

export function insertEvent(db: Connection, study: number, event: Omit<EventRow, "id">): void {
  db.sql<[number, string, string, number]>(
    "INSERT INTO events (study, name, data, at) VALUES (?, ?, ?, ?)",
  ).run(study, event.name, toJson(event.data), event.at);
}

/** Those with an id above `after`, by id. */
export function listEvents(db: Connection, study: number, after: number): readonly EventRow[] {
  return db
    .sql<[number, number], Omit<EventRow, "data"> & { readonly data: string }>(
      "SELECT id, name, data, at FROM events WHERE study = ? AND id > ? ORDER BY id",
    )
    .all(study, after)
    .map((row) => ({ ...row, data: fromJson(row.data, "events.data", isAnything) }));
}
