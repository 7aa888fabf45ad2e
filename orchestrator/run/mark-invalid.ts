import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { UserError } from "../errors.ts";
import { lockIfFree } from "./lock-if-free.ts";
import { requireStudy } from "./require-study.ts";
import { requireTrial } from "./require-trial.ts";

/** Characters of a reason. */
const longest = 1000;

/**
 * Marks an ended trial invalid: the ranking and every search forget it, its record stays. A coordinator that runs reads the request
 * from the database; where none runs, it is marked here. Returns a sentence that says what happens. Throws `UserError`.
 */
export function markInvalid(
  db: string,
  name: string,
  trial: number,
  reason: string,
  clock: Clock = systemClock,
): string {
  const words = reason.trim();
  if (words === "" || words.length > longest)
    throw new UserError(`say in 1 to ${longest} characters why trial ${trial} is invalid`);
  const store = openStore(db, { existing: true });
  try {
    const study = requireStudy(store, name, db);
    requireEnded(store, study, trial);
    const lock = lockIfFree(db, study);
    if (lock === null) {
      store.request(study.id, { kind: "invalid", trial, reason: words }, clock.now());
      return `trial ${trial} of ${study.name} is being marked invalid; its search forgets it in a moment`;
    }
    try {
      store.record(study.id, [{ kind: "trial_invalid", trial, reason: words, at: clock.now() }], "power");
    } finally {
      lock.release();
    }
    return `trial ${trial} of ${study.name} is marked invalid; its record stays: seqtune show ${study.name} ${trial}`;
  } finally {
    store.close();
  }
}

function requireEnded(store: StudyStore, study: Study, trial: number): void {
  const found = requireTrial(store, study, trial);
  if (found.state === "invalid")
    throw new UserError(`trial ${trial} of ${study.name} is marked invalid already: ${found.reason ?? ""}`);
  if (found.state === "running" || found.state === "paused")
    throw new UserError(
      `trial ${trial} of ${study.name} has not ended; stop it first: seqtune stop ${study.name} ${trial}`,
    );
}
