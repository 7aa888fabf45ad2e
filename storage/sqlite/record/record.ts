import type { Write, Written } from "../../store.ts";
import type { Connection } from "../connection.ts";
import { insertEvent } from "../events.ts";
import { endAttempt, offerAttempt, saveCheckpoint, startAttempt } from "./attempts.ts";
import { endRecording, beginRecording, type Recording } from "./recording.ts";
import { addReport, bringUpToDate, disownReport } from "./reports.ts";
import { addTrial, continueTrial, endTrial, invalidateTrial, pauseTrial } from "./trials.ts";

/** The one writer of trials, attempts and reports. Runs inside a transaction of the caller. */
export function record(db: Connection, study: number, writes: readonly Write[]): readonly Written[] {
  const recording = beginRecording(db, study);
  const written = writes.map((write) => {
    const result = apply(recording, write);
    // An attempt's start and end leave the row of its trial as it is, and reports change it later.
    if (!leavesTrial.has(write.kind)) recording.known = null;
    return result;
  });
  bringUpToDate(recording);
  endRecording(recording);
  return written;
}

const leavesTrial: ReadonlySet<Write["kind"]> = new Set(["attempt_started", "attempt_ended", "report"]);

function apply(recording: Recording, write: Write): Written {
  // Anything but one more report may ask for what the reports before it come to.
  if (write.kind !== "report") bringUpToDate(recording);
  switch (write.kind) {
    case "trial_added":
      return addTrial(recording, write);
    case "attempt_offered":
      return offerAttempt(recording, write);
    case "attempt_started":
      return startAttempt(recording, write);
    case "report":
      return addReport(recording, write.report);
    case "report_disowned":
      return disownReport(recording, write);
    case "checkpoint":
      return saveCheckpoint(recording, write);
    case "attempt_ended":
      return endAttempt(recording, write);
    case "trial_continued":
      return continueTrial(recording, write);
    case "trial_paused":
      return pauseTrial(recording, write);
    case "trial_ended":
      return endTrial(recording, write);
    case "trial_invalid":
      return invalidateTrial(recording, write);
    case "event":
      insertEvent(recording.db, recording.study, write);
      return "recorded";
    default:
      return write satisfies never;
  }
}
