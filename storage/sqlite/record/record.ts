import type { Write, Written } from "../../store.ts";
import type { Connection } from "../connection.ts";
import { insertEvent } from "../events.ts";
import { endAttempt, offerAttempt, saveCheckpoint, startAttempt } from "./attempts.ts";
import { closeLedger, openLedger, type Ledger } from "./ledger.ts";
import { addReport, disownReport } from "./reports.ts";
import { addTrial, continueTrial, endTrial, pauseTrial } from "./trials.ts";

/** The one writer of trials, attempts and reports. Runs inside a transaction of the caller. */
export function record(db: Connection, study: number, writes: readonly Write[]): readonly Written[] {
  const ledger = openLedger(db, study);
  const written = writes.map((write) => apply(ledger, write));
  closeLedger(ledger);
  return written;
}

function apply(ledger: Ledger, write: Write): Written {
  switch (write.kind) {
    case "trial_added":
      return addTrial(ledger, write);
    case "attempt_offered":
      return offerAttempt(ledger, write);
    case "attempt_started":
      return startAttempt(ledger, write);
    case "report":
      return addReport(ledger, write.report);
    case "report_disowned":
      return disownReport(ledger, write);
    case "checkpoint":
      return saveCheckpoint(ledger, write);
    case "attempt_ended":
      return endAttempt(ledger, write);
    case "trial_continued":
      return continueTrial(ledger, write);
    case "trial_paused":
      return pauseTrial(ledger, write);
    case "trial_ended":
      return endTrial(ledger, write);
    case "event":
      insertEvent(ledger.db, ledger.study, write);
      return "recorded";
    default:
      return write satisfies never;
  }
}
