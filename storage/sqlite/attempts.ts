import type { Attempt } from "../store.ts";
import type { Connection } from "./connection.ts";

const SELECT = `
  SELECT trial, attempt, state, worker, engine, from_epoch AS fromEpoch, to_epoch AS toEpoch, reason,
    offered_at AS offeredAt, started_at AS startedAt, ended_at AS endedAt
  FROM attempts`;

/** By trial, then by attempt. */
export function listAttempts(db: Connection, study: number, trial?: number): readonly Attempt[] {
  if (trial === undefined) {
    return db.sql<[number], Attempt>(`${SELECT} WHERE study = ? ORDER BY trial, attempt`).all(study);
  }
  return db
    .sql<[number, number], Attempt>(`${SELECT} WHERE study = ? AND trial = ? ORDER BY attempt`)
    .all(study, trial);
}

export function listLostAttempts(
  db: Connection,
  study: number,
): readonly Pick<Attempt, "trial" | "attempt">[] {
  return db
    .sql<[number], Pick<Attempt, "trial" | "attempt">>(
      "SELECT trial, attempt FROM attempts WHERE study = ? AND state = 'lost' ORDER BY trial, attempt",
    )
    .all(study);
}
