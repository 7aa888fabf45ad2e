import { InvalidWrite } from "../../errors.ts";
import type { AttemptState, Write, Written } from "../../store.ts";
import { requireOffered, requireTrial, type Recording, type TrialStanding } from "./recording.ts";
import { requireNoOpenAttempt } from "./trials.ts";

type WriteOf<Kind extends Write["kind"]> = Extract<Write, { kind: Kind }>;

export function offerAttempt(recording: Recording, write: WriteOf<"attempt_offered">): Written {
  const what = `the offer of trial ${write.trial}, attempt ${write.attempt}`;
  const { state, attempts } = requireTrial(recording, write.trial, what);
  if (write.attempt !== attempts + 1) throw new InvalidWrite(what, `attempt ${attempts + 1} to be next`);
  if (state !== "running") throw new InvalidWrite(what, `a running trial, it is ${state}`);
  if (attempts > 0) requireNoOpenAttempt(recording, write.trial, what);
  const { db, study } = recording;
  db.sql<[number, number, number, number, number, number]>(`
    INSERT INTO attempts (study, trial, attempt, state, from_epoch, to_epoch, offered_at)
    VALUES (?, ?, ?, 'offered', ?, ?, ?)`).run(
    study,
    write.trial,
    write.attempt,
    write.fromEpoch,
    write.toEpoch,
    write.at,
  );
  db.sql<[number, number, number]>("UPDATE trials SET attempts = ? WHERE study = ? AND number = ?").run(
    write.attempt,
    study,
    write.trial,
  );
  return "recorded";
}

export function startAttempt(recording: Recording, write: WriteOf<"attempt_started">): Written {
  const found = requireAttempt(recording, write, "the start");
  if (write.attempt < found.attempts) return "stale";
  const { changes } = recording.db
    .sql<[string, string, number, number, number, number]>(`
      UPDATE attempts SET state = 'running', worker = ?, engine = ?, started_at = ?
      WHERE study = ? AND trial = ? AND attempt = ? AND state = 'offered'`)
    .run(write.worker, write.engine, write.at, recording.study, write.trial, write.attempt);
  return changes === 1 ? "recorded" : "duplicate";
}

export function endAttempt(recording: Recording, write: WriteOf<"attempt_ended">): Written {
  const found = requireAttempt(recording, write, "the end");
  if (write.attempt < found.attempts) return "stale";
  const { changes } = recording.db
    .sql<[AttemptState, string | null, number, number, number, number]>(`
      UPDATE attempts SET state = ?, reason = ?, ended_at = ?
      WHERE study = ? AND trial = ? AND attempt = ? AND state IN ('offered', 'running')`)
    .run(write.state, write.reason, write.at, recording.study, write.trial, write.attempt);
  return changes === 1 ? "recorded" : "duplicate";
}

/** Messages may come again after newer ones: within an attempt a checkpoint only moves forward. */
export function saveCheckpoint(recording: Recording, write: WriteOf<"checkpoint">): Written {
  const found = requireAttempt(recording, write, "a checkpoint");
  if (write.attempt < found.attempts) return "stale";
  const isNewer =
    write.attempt !== found.checkpoint_attempt || write.checkpoint.epoch > (found.checkpoint_epoch ?? 0);
  if (!isNewer) return "duplicate";
  recording.db
    .sql(`
      UPDATE trials SET checkpoint_sha256 = @sha256, checkpoint_bytes = @bytes, checkpoint_epoch = @epoch,
        checkpoint_attempt = @attempt
      WHERE study = @study AND number = @trial`)
    .run({ ...write.checkpoint, study: recording.study, trial: write.trial, attempt: write.attempt });
  return "recorded";
}

function requireAttempt(
  recording: Recording,
  { trial, attempt }: { readonly trial: number; readonly attempt: number },
  what: string,
): TrialStanding {
  const found = requireTrial(recording, trial, what);
  requireOffered(found, trial, attempt, what);
  return found;
}
