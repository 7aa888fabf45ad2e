import type { OutcomeKind } from "../../../search/history.ts";
import { InvalidWrite } from "../../errors.ts";
import type { Write, Written } from "../../store.ts";
import { toJson } from "../json.ts";
import { isEnded, requireTrial, type Ledger } from "./ledger.ts";

type WriteOf<Kind extends Write["kind"]> = Extract<Write, { kind: Kind }>;

export function addTrial({ db, study }: Ledger, { trial }: WriteOf<"trial_added">): Written {
  const next = db
    .sql<[number], { next: number }>(
      "SELECT coalesce(max(number), -1) + 1 AS next FROM trials WHERE study = ?",
    )
    .get(study)!.next;
  if (trial.number !== next)
    throw new InvalidWrite(`trial ${trial.number} added`, `trial ${next} to be next`);
  db.sql(`
    INSERT INTO trials (study, number, params, seed, epochs, origin, added_at, state)
    VALUES (@study, @number, @params, @seed, @epochs, @origin, @at, 'running')`).run({
    ...trial,
    study,
    params: toJson(trial.params),
  });
  return "recorded";
}

export function pauseTrial(ledger: Ledger, write: WriteOf<"trial_paused">): Written {
  requireState(ledger, write.trial, "running", "a pause");
  ledger.db
    .sql(`
      UPDATE trials SET state = 'paused', reason = @reason,
        model_sha256 = @sha256, model_bytes = @bytes, model_epoch = @epoch
      WHERE study = @study AND number = @trial`)
    .run({
      ...(write.model ?? { sha256: null, bytes: null, epoch: null }),
      study: ledger.study,
      trial: write.trial,
      reason: write.reason,
    });
  return "recorded";
}

export function continueTrial(ledger: Ledger, write: WriteOf<"trial_continued">): Written {
  requireState(ledger, write.trial, "paused", "a continuation");
  ledger.db
    .sql<[number, number, number]>(
      "UPDATE trials SET state = 'running', reason = NULL, epochs = ? WHERE study = ? AND number = ?",
    )
    .run(write.epochs, ledger.study, write.trial);
  return "recorded";
}

export function endTrial(ledger: Ledger, write: WriteOf<"trial_ended">): Written {
  const { state } = requireTrial(ledger, write.trial, "the end");
  if (isEnded(state))
    throw new InvalidWrite(`the end of trial ${write.trial}`, `one end, but it is ${state}`);
  requireNoOpenAttempt(ledger, write.trial, `the end of trial ${write.trial}`);
  ledger.ended += 1;
  ledger.db
    .sql(`
      UPDATE trials SET state = @outcome, reason = @reason, ended_at = @at, ended_order = @order,
        model_sha256 = @sha256, model_bytes = @bytes, model_epoch = @epoch
      WHERE study = @study AND number = @trial`)
    .run({
      ...(write.model ?? { sha256: null, bytes: null, epoch: null }),
      study: ledger.study,
      trial: write.trial,
      outcome: write.outcome,
      reason: write.reason,
      at: write.at,
      order: ledger.ended,
    });
  if (hasNoValue(write.outcome)) clearValue(ledger, write.trial);
  return "recorded";
}

/** Throws `InvalidWrite` while the newest attempt of the trial has not ended. */
export function requireNoOpenAttempt({ db, study }: Ledger, trial: number, what: string): void {
  const open = db
    .sql<[number, number], { attempt: number; state: string }>(`
      SELECT attempt, state FROM attempts
      WHERE study = ? AND trial = ? ORDER BY attempt DESC LIMIT 1`)
    .get(study, trial);
  if (open?.state === "offered" || open?.state === "running") {
    throw new InvalidWrite(what, `the end of attempt ${open.attempt} first, which is ${open.state}`);
  }
}

function requireState(ledger: Ledger, trial: number, wanted: "running" | "paused", what: string): void {
  const { state } = requireTrial(ledger, trial, what);
  if (state !== wanted)
    throw new InvalidWrite(`${what} of trial ${trial}`, `a ${wanted} trial, it is ${state}`);
}

/** What a diverged or failed trial reached on its way is no result. */
export function hasNoValue(outcome: OutcomeKind): boolean {
  return outcome === "diverged" || outcome === "failed";
}

export function clearValue({ db, study }: Ledger, trial: number): void {
  db.sql<[number, number]>(
    "UPDATE trials SET value = NULL, score = NULL, best_epoch = NULL WHERE study = ? AND number = ?",
  ).run(study, trial);
}
