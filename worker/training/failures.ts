import { DataError } from "../data/errors.ts";
import { ClassWeightsMismatch } from "../engines/class-weights.ts";
import { OutOfMemory } from "../lstm/machine.ts";
import type { AttemptEnd } from "../protocol/messages.ts";

type Failure = Extract<AttemptEnd, { kind: "failed" }>;

const longestMessage = 4000;

/** How V8, WebAssembly, TensorFlow (whose status 8 is RESOURCE_EXHAUSTED), CUDA and cuDNN say that memory is full. */
const memoryWords = [
  /out[ _]of[ _]memory|\bOOM\b|resource.exhausted/i,
  /allocation failed|failed to allocate|_ALLOC_FAILED|Cannot enlarge memory|Maximum memory size/i,
  /Invalid (typed )?array (buffer )?length/i,
  /Invalid TF_Status: 8\b/,
];

/** An error that a trial met, as the end of its attempt. What the settings or data cause would come again. */
export function failureOf(error: unknown): Failure {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, longestMessage);
  return { kind: "failed", failure: kindOf(error, message), message };
}

function kindOf(error: unknown, message: string): Failure["failure"] {
  if (error instanceof DataError) return "bad_data";
  if (error instanceof ClassWeightsMismatch) return "bad_settings";
  if (error instanceof OutOfMemory) return "out_of_memory";
  return memoryWords.some((words) => words.test(message)) ? "out_of_memory" : "error";
}
