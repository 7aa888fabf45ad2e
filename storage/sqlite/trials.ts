import type { TrialState } from "../../search/history.ts";
import type { BlobPointer, Place, Trial, TrialQuery } from "../store.ts";
import type { Connection } from "./connection.ts";
import { isParams } from "./checks.ts";
import { fromJson } from "./json.ts";

const SELECT = `
  SELECT number, params, seed, epochs, origin, added_at, state, reason, attempts, epochs_done, last_value,
    best_epoch, value, model_sha256, model_bytes, model_epoch, checkpoint_sha256, checkpoint_bytes,
    checkpoint_epoch, ended_at, ended_order, invalid
  FROM trials`;

/** The columns of `SELECT` in their order. A tuple, because twenty thousand rows as objects take twice as long. */
type TrialRow = readonly [
  number: number,
  params: string,
  seed: number,
  epochs: number,
  origin: string | null,
  addedAt: number,
  state: TrialState,
  reason: string | null,
  attempts: number,
  epochsDone: number,
  lastValue: number | null,
  bestEpoch: number | null,
  value: number | null,
  modelSha256: string | null,
  modelBytes: number | null,
  modelEpoch: number | null,
  checkpointSha256: string | null,
  checkpointBytes: number | null,
  checkpointEpoch: number | null,
  endedAt: number | null,
  endedOrder: number | null,
  invalid: string | null,
];

/** Both orders are those of an index, so a limit bounds the work. */
const ORDERS = {
  number: "number",
  // Read off the index trials_by_rank, whose expression this is.
  rank: "CASE WHEN score IS NULL THEN 2 WHEN state = 'cancelled' THEN 1 ELSE 0 END, score, number",
};

export function listTrials(db: Connection, study: number, query: TrialQuery): readonly Trial[] {
  const order = ORDERS[query.order ?? "number"];
  return db
    .sql<[number, number], TrialRow>(`${SELECT} WHERE study = ? ORDER BY ${order} LIMIT ?`)
    .raw()
    .all(study, query.limit ?? -1)
    .map(toTrial);
}

export function findTrial(db: Connection, study: number, trial: number): Trial | null {
  const row = db
    .sql<[number, number], TrialRow>(`${SELECT} WHERE study = ? AND number = ?`)
    .raw()
    .get(study, trial);
  return row === undefined ? null : toTrial(row);
}

/** Trials that may have changed since: new ones, those that ended since, and all that have not ended. */
export function trialsChanged(
  db: Connection,
  study: number,
  { trials, ended }: Pick<Place, "trials" | "ended">,
): readonly Trial[] {
  return db
    .sql<[number, number, number], TrialRow>(
      `${SELECT} WHERE study = ? AND (number >= ? OR ended_order > ? OR state IN ('running', 'paused')) ORDER BY number`,
    )
    .raw()
    .all(study, trials, ended)
    .map(toTrial);
}

function toTrial([
  number,
  params,
  seed,
  epochs,
  origin,
  at,
  state,
  reason,
  attempts,
  epochsDone,
  lastValue,
  bestEpoch,
  value,
  modelSha256,
  modelBytes,
  modelEpoch,
  checkpointSha256,
  checkpointBytes,
  checkpointEpoch,
  endedAt,
  endedOrder,
  invalid,
]: TrialRow): Trial {
  return {
    number,
    params: fromJson(params, "trials.params", isParams),
    seed,
    epochs,
    origin,
    at,
    state: invalid === null ? state : "invalid",
    value,
    bestEpoch,
    lastValue,
    epochsDone,
    attempts,
    reason: invalid ?? reason,
    model: toPointer(modelSha256, modelBytes, modelEpoch),
    checkpoint: toPointer(checkpointSha256, checkpointBytes, checkpointEpoch),
    endedAt,
    endedOrder,
  };
}

function toPointer(sha256: string | null, bytes: number | null, epoch: number | null): BlobPointer | null {
  return sha256 === null || bytes === null || epoch === null ? null : { sha256, bytes, epoch };
}
