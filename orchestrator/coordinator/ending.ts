import type { StudyState } from "../../storage/store.ts";

/** Why a study starts no new trials any more. */
export interface Ending {
  readonly state: Extract<StudyState, "complete" | "stopped" | "interrupted" | "failed">;
  readonly reason: string;
}

/** Does `seqtune resume` go on from here? Then open trials are kept open instead of cancelled. */
export function isResumable(ending: Ending): boolean {
  return ending.state === "interrupted" || ending.state === "failed";
}
