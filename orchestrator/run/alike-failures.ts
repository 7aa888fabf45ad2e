import type { StudyEvents } from "../events.ts";

/** This many trials that fail alike before any has a value: the fault is not theirs. */
const limit = 3;

/**
 * Watches for a program that cannot run at all: its first trials fail, all for one reason. `onAlike` is called once, with that
 * reason. Returns how to stop watching.
 */
export function watchForAlikeFailures(events: StudyEvents, onAlike: (reason: string) => void): () => void {
  let first: string | null = null;
  let count = 0;
  const stop = events.on((event) => {
    if (event.kind === "report" && event.value !== null) stop();
    if (event.kind !== "trial_ended") return;
    const reason = event.reason ?? "";
    if (event.outcome !== "failed") {
      stop();
      return;
    }
    first ??= reason;
    if (!isAlike(first, reason)) stop();
    else count += 1;
    if (count < limit) return;
    stop();
    onAlike(reason);
  });
  return stop;
}

/** The same but for numbers and what stands between quotes, such as paths and values. */
function isAlike(a: string, b: string): boolean {
  return shape(a) === shape(b);
}

function shape(reason: string): string {
  return reason
    .replace(/(["'`]).*?\1/g, "…")
    .replace(/\S*[/\\]\S*/g, "…")
    .replace(/[-+]?\d[\d.e+-]*/g, "0")
    .slice(0, 300);
}
