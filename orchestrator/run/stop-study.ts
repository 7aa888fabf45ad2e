import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { UserError } from "../errors.ts";
import { lockIfFree } from "./lock-if-free.ts";
import { requireStudy } from "./require-study.ts";
import { requireTrial } from "./require-trial.ts";

/**
 * Stops a study or one of its trials, and returns a sentence that says what happens. A coordinator that runs
 * reads the request from the database; where none runs, the study is marked here. Throws `UserError`.
 */
export function stopStudy(
  db: string,
  name: string,
  trial: number | null,
  clock: Clock = systemClock,
): string {
  const store = openStore(db, { existing: true });
  try {
    const study = requireOpenStudy(store, name, db);
    const lock = lockIfFree(db, study);
    if (lock === null) return askToStop(store, study, trial, clock.now());
    try {
      requireOpenStudy(store, name, db); // its coordinator may just have come to the end
      if (trial !== null) requireOpen(store, study, trial);
      return stopHere(store, study, trial, clock);
    } finally {
      lock.release();
    }
  } finally {
    store.close();
  }
}

function requireOpenStudy(store: StudyStore, name: string, db: string): Study {
  const study = requireStudy(store, name, db);
  if (study.state !== "complete" && study.state !== "stopped") return study;
  throw new UserError(`study ${name} has ended already (${study.state}): ${study.reason ?? ""}`);
}

/** Leaves the request where the study's coordinator reads it, and says so. Throws `UserError`. */
export function askToStop(store: StudyStore, study: Study, trial: number | null, at: number): string {
  if (trial !== null) requireOpen(store, study, trial);
  store.requestStop(study.id, trial, at);
  return trial === null
    ? `study ${study.name} is asked to stop`
    : `trial ${trial} of ${study.name} is asked to stop`;
}

function requireOpen(store: StudyStore, study: Study, trial: number): void {
  const found = requireTrial(store, study, trial);
  if (found.state !== "running" && found.state !== "paused") {
    throw new UserError(`trial ${trial} of ${study.name} has ended already: ${found.state}`);
  }
}

/** No coordinator drives the study: its open trials are cancelled here. */
function stopHere(store: StudyStore, study: Study, trial: number | null, clock: Clock): string {
  const reason = "stopped by `seqtune stop`";
  const open = store.trials(study.id).filter(({ state }) => state === "running" || state === "paused");
  for (const { number, model } of open) {
    if (trial !== null && trial !== number) continue;
    const at = clock.now();
    const attempt = store.attempts(study.id, number).at(-1);
    const unfinished = attempt !== undefined && (attempt.state === "offered" || attempt.state === "running");
    store.record(
      study.id,
      [
        ...(unfinished
          ? [
              {
                kind: "attempt_ended",
                trial: number,
                attempt: attempt.attempt,
                state: "stopped",
                reason,
                at,
              } as const,
            ]
          : []),
        { kind: "trial_ended", trial: number, outcome: "cancelled", reason, model, at },
      ],
      "power",
    );
  }
  if (trial !== null) return `trial ${trial} of ${study.name} is cancelled; the study is not running`;
  store.setStudyState(study.id, "stopped", reason, clock.now());
  return `study ${study.name} is stopped; it was not running`;
}
