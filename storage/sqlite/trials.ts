import type { TrialState } from "../../search/history.ts";
import type { Params } from "../../search/space.ts";
import type { BlobPointer, Trial, TrialQuery } from "../store.ts";
import type { Connection } from "./connection.ts";
import { fromJson } from "./json.ts";

interface TrialRow {
  readonly number: number;
  readonly params: string;
  readonly seed: number;
  readonly epochs: number;
  readonly origin: string | null;
  readonly added_at: number;
  readonly state: TrialState;
  readonly reason: string | null;
  readonly attempts: number;
  readonly epochs_done: number;
  readonly last_value: number | null;
  readonly best_epoch: number | null;
  readonly value: number | null;
  readonly model_sha256: string | null;
  readonly model_bytes: number | null;
  readonly model_epoch: number | null;
  readonly checkpoint_sha256: string | null;
  readonly checkpoint_bytes: number | null;
  readonly checkpoint_epoch: number | null;
  readonly ended_at: number | null;
  readonly ended_order: number | null;
}

/** Both orders are those of an index, so a limit bounds the work. */
const ORDERS = { number: "number", rank: "score NULLS LAST, number" };

export function listTrials(db: Connection, study: number, query: TrialQuery): readonly Trial[] {
  const order = ORDERS[query.order ?? "number"];
  return db
    .sql<[number, number], TrialRow>(`SELECT * FROM trials WHERE study = ? ORDER BY ${order} LIMIT ?`)
    .all(study, query.limit ?? -1)
    .map(toTrial);
}

export function findTrial(db: Connection, study: number, trial: number): Trial | null {
  const row = db
    .sql<[number, number], TrialRow>("SELECT * FROM trials WHERE study = ? AND number = ?")
    .get(study, trial);
  return row === undefined ? null : toTrial(row);
}

function toTrial(row: TrialRow): Trial {
  return {
    number: row.number,
    params: fromJson(row.params) as Params,
    seed: row.seed,
    epochs: row.epochs,
    origin: row.origin,
    at: row.added_at,
    state: row.state,
    value: row.value,
    bestEpoch: row.best_epoch,
    lastValue: row.last_value,
    epochsDone: row.epochs_done,
    attempts: row.attempts,
    reason: row.reason,
    model: toPointer(row.model_sha256, row.model_bytes, row.model_epoch),
    checkpoint: toPointer(row.checkpoint_sha256, row.checkpoint_bytes, row.checkpoint_epoch),
    endedAt: row.ended_at,
    endedOrder: row.ended_order,
  };
}

function toPointer(sha256: string | null, bytes: number | null, epoch: number | null): BlobPointer | null {
  return sha256 === null || bytes === null || epoch === null ? null : { sha256, bytes, epoch };
}
