import type { EndState } from "../../../search/history.ts";
import { InvalidWrite } from "../../errors.ts";
import type { Write, Written } from "../../store.ts";
import { toJson } from "../json.ts";
import { isEnded, requireTrial, type Recording } from "./recording.ts";

type WriteOf<Kind extends Write["kind"]> = Extract<Write, { kind: Kind }>;

export function addTrial({ db, study }: Recording, { trial }: WriteOf<"trial_added">): Written {
  const next = db
    .sql<[number], number>("SELECT coalesce(max(number), -1) + 1 FROM trials WHERE study = ?")
    .pluck()
    .get(study)!;
  if (trial.number !== next)
    throw new InvalidWrite(`trial ${trial.number} added`, `trial ${next} to be next`);
  const { number, params, seed, epochs, origin, at } = trial;
  db.sql<[number, number, string, number, number, string | null, number]>(`
    INSERT INTO trials (study, number, params, seed, epochs, origin, added_at, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, 'running')`).run(study, number, toJson(params), seed, epochs, origin, at);
  return "recorded";
}

export function pauseTrial(recording: Recording, write: WriteOf<"trial_paused">): Written {
  requireState(recording, write.trial, "running", "a pause");
  recording.db
    .sql(`
      UPDATE trials SET state = 'paused', reason = @reason,
        model_sha256 = @sha256, model_bytes = @bytes, model_epoch = @epoch
      WHERE study = @study AND number = @trial`)
    .run({
      ...(write.model ?? { sha256: null, bytes: null, epoch: null }),
      study: recording.study,
      trial: write.trial,
      reason: write.reason,
    });
  return "recorded";
}

export function continueTrial(recording: Recording, write: WriteOf<"trial_continued">): Written {
  requireState(recording, write.trial, "paused", "a continuation");
  recording.db
    .sql<[number, number, number]>(
      "UPDATE trials SET state = 'running', reason = NULL, epochs = ? WHERE study = ? AND number = ?",
    )
    .run(write.epochs, recording.study, write.trial);
  return "recorded";
}

export function endTrial(recording: Recording, write: WriteOf<"trial_ended">): Written {
  const { state } = requireTrial(recording, write.trial, "the end");
  if (isEnded(state))
    throw new InvalidWrite(`the end of trial ${write.trial}`, `one end, but it is ${state}`);
  requireNoOpenAttempt(recording, write.trial, `the end of trial ${write.trial}`);
  recording.ended += 1;
  const { outcome, reason, model, at } = write;
  recording.db
    .sql<EndedTrial>(`
      UPDATE trials SET state = ?, reason = ?, ended_at = ?, ended_order = ?,
        model_sha256 = ?, model_bytes = ?, model_epoch = ?
      WHERE study = ? AND number = ?`)
    .run(
      outcome,
      reason,
      at,
      recording.ended,
      model?.sha256 ?? null,
      model?.bytes ?? null,
      model?.epoch ?? null,
      recording.study,
      write.trial,
    );
  if (hasNoValue(write.outcome)) clearValue(recording, write.trial);
  return "recorded";
}

type EndedTrial = [
  outcome: EndState,
  reason: string | null,
  at: number,
  order: number,
  sha256: string | null,
  bytes: number | null,
  epoch: number | null,
  study: number,
  trial: number,
];

/** It counts as the one that ended last, so that anyone who follows the study sees it. */
export function invalidateTrial(recording: Recording, write: WriteOf<"trial_invalid">): Written {
  const { state, invalid } = requireTrial(recording, write.trial, "the mark");
  const what = `trial ${write.trial} marked invalid`;
  if (!isEnded(state)) throw new InvalidWrite(what, `an ended trial, it is ${state}`);
  if (invalid !== null) return "duplicate";
  recording.ended += 1;
  recording.db
    .sql<[string, number, number, number]>(
      "UPDATE trials SET invalid = ?, ended_order = ? WHERE study = ? AND number = ?",
    )
    .run(write.reason, recording.ended, recording.study, write.trial);
  clearValue(recording, write.trial);
  return "recorded";
}

/** Throws `InvalidWrite` while the newest attempt of the trial has not ended. */
export function requireNoOpenAttempt({ db, study }: Recording, trial: number, what: string): void {
  const open = db
    .sql<[number, number], { attempt: number; state: string }>(`
      SELECT attempt, state FROM attempts
      WHERE study = ? AND trial = ? ORDER BY attempt DESC LIMIT 1`)
    .get(study, trial);
  if (open?.state === "offered" || open?.state === "running") {
    throw new InvalidWrite(what, `the end of attempt ${open.attempt} first, which is ${open.state}`);
  }
}

function requireState(recording: Recording, trial: number, wanted: "running" | "paused", what: string): void {
  const { state } = requireTrial(recording, trial, what);
  if (state !== wanted)
    throw new InvalidWrite(`${what} of trial ${trial}`, `a ${wanted} trial, it is ${state}`);
}

/** What a diverged or failed trial reached on its way is no result. */
export function hasNoValue(outcome: EndState): boolean {
  return outcome === "diverged" || outcome === "failed";
}

export function clearValue({ db, study }: Recording, trial: number): void {
  db.sql<[number, number]>(
    "UPDATE trials SET value = NULL, score = NULL, best_epoch = NULL WHERE study = ? AND number = ?",
  ).run(study, trial);
}
