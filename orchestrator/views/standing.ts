/**
 * A process that is killed writes nothing: the database then says `running` for ever. What is shown is judged here, by whether a
 * process holds the study's lock.
 */
import type { StudyState } from "../../storage/store.ts";

/** A study's state as readers see it; it differs from what is stored when its process died. */
export type Standing = Exclude<StudyState, "running"> | "running" | "abandoned";

/** `abandoned`: the study is recorded as running and no process drives it, so it ended without a word. */
export function standingOf(study: { readonly state: StudyState; readonly driven: boolean }): Standing {
  return study.state === "running" && !study.driven ? "abandoned" : study.state;
}

/** May `seqtune resume` go on with it? */
export function isResumable(standing: Standing): boolean {
  return standing !== "running" && standing !== "complete";
}

/** In words for a line about the study. */
export function standingText(standing: Standing, name: string): string {
  return standing === "abandoned" ? `ended without a word: seqtune resume ${name}` : standing;
}
