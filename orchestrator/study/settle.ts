import type { BlobPointer } from "../../storage/store.ts";
import { offersOf } from "./offers.ts";
import type { Settlement } from "./settlement.ts";
import type { LiveTrial } from "./live-trial.ts";
import type { RunState } from "./state.ts";
import type { Change, Effect, Step } from "./step.ts";

/** What the worker of an attempt hears that another one took the place of. */
export const superseded = { kind: "stop", reason: "the attempt was given to another worker" } as const;

/** What came with the end of an attempt. */
interface Files {
  /** The best epoch's weights. */
  readonly model: BlobPointer | null;
  /** Where the next attempt can go on. */
  readonly checkpoint: BlobPointer | null;
}

const noFiles: Files = { model: null, checkpoint: null };

/** The end of a trial's attempt, and what it makes of the trial: in one transaction. */
export function settle(
  state: RunState,
  trial: LiveTrial,
  settlement: Settlement,
  at: number,
  { model, checkpoint }: Files = noFiles,
): Step {
  const { number, attempt } = trial;
  const ref = state.trials.ref(trial);
  const { state: how, reason } = settlement;
  const changes: Change[] = [{ kind: "attempt_ended", trial: number, attempt, state: how, reason, at }];
  const effects: Effect[] = [
    // A lost worker may come back: its order to stop must outlive the attempt.
    how === "lost" ? { kind: "settle", ref, lastWord: superseded } : { kind: "settle", ref },
  ];
  if (settlement.kind === "again") {
    const from = { ...trial, checkpoint: checkpoint ?? trial.checkpoint };
    const next = offerNext(state, from, at);
    changes.push(...next.changes);
    effects.push(...next.effects);
  } else {
    if (settlement.kind === "end") {
      const { outcome } = settlement;
      changes.push({ kind: "trial_ended", trial: number, outcome, reason, model, at });
    } else if (settlement.kind === "pause") {
      changes.push({ kind: "trial_paused", trial: number, reason: settlement.reason, model });
    }
  }
  effects.push({ kind: "wake" });
  return { changes, durability: "power", effects };
}

/**
 * The next attempt of a trial of which none is open. Its number is above all that were heard of: an attempt of a future
 * that the database lost need not go on.
 */
export function offerNext(
  state: RunState,
  trial: Pick<LiveTrial, "number" | "epochs" | "attempt" | "checkpoint">,
  at: number,
): Step {
  const { number, attempt } = trial;
  const next = Math.max(attempt, state.aside.newestHeardOf(number)) + 1;
  const effects: Effect[] = [];
  for (let foreign = attempt + 1; foreign < next; foreign++) {
    const ref = state.trials.ref({ number, attempt: foreign });
    effects.push({ kind: "settle", ref, lastWord: superseded });
  }
  const ref = state.trials.ref({ number, attempt: next });
  effects.push({ kind: "offer", ref });
  if (state.ending !== null)
    effects.push({ kind: "then", event: { kind: "end_trial", ref, withdrawn: null, at } });
  return { changes: offersOf(trial, attempt + 1, next, at), durability: "process", effects };
}
