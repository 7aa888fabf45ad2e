import type { GroupExit } from "./process-group.ts";

/** What languages and libraries say when memory, of the machine or a GPU, is used up. */
const words =
  /\bout of memory\b|OutOfMemory|\bMemoryError\b|Cannot allocate memory|std::bad_alloc|RESOURCE_EXHAUSTED|CUBLAS_STATUS_ALLOC_FAILED/i;

/** The line that says so, where the program's end was one for want of memory. */
export function outOfMemory({ code, signal }: GroupExit, lines: readonly string[]): string | null {
  if (code === 0) return null;
  const said = lines.findLast((line) => words.test(line));
  if (said !== undefined) return said.trim();
  // Nothing here sent this signal.
  if (signal === "SIGKILL" || code === 137)
    return "it was killed (SIGKILL): the system ran out of memory, or a person ended it";
  return null;
}
