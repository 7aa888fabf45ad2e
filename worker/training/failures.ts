import { DataError } from "../data/errors.ts";
import { ClassWeightsMismatch } from "../engines/class-weights.ts";
import { OutOfMemory } from "../lstm/machine.ts";
import type { AttemptEnd } from "../protocol/messages.ts";

type Failure = Extract<AttemptEnd, { kind: "failed" }>;

const longestMessage = 4000;

/** An error that a trial met, as the end of its attempt. What the settings or data cause would come again. */
export function failureOf(error: unknown): Failure {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, longestMessage);
  return { kind: "failed", failure: kindOf(error, message), message };
}

function kindOf(error: unknown, message: string): Failure["failure"] {
  if (error instanceof DataError) return "bad_data";
  if (error instanceof ClassWeightsMismatch) return "bad_settings";
  if (error instanceof OutOfMemory) return "out_of_memory";
  return /out of memory|allocation failed|OOM|Invalid (typed )?array (buffer )?length|Cannot enlarge memory/i.test(
    message,
  )
    ? "out_of_memory"
    : "error";
}
