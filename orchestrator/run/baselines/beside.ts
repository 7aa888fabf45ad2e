import { once } from "node:events";
import type { StudyBaseline } from "../../../storage/store.ts";
import { UserError } from "../../errors.ts";
import { startThread } from "../../start-thread.ts";
import type { BaselineQuestion } from "./sweep-baselines.ts";

/** What the thread says: the baselines, or why there are none. */
export type BaselineAnswer = { readonly found: readonly StudyBaseline[] } | { readonly reason: string };

/**
 * The baselines of a sweep, computed beside everything else this process does. `null`: the signal fired. Throws `UserError`
 * with the reason where there can be none.
 */
export async function baselinesBeside(
  question: BaselineQuestion,
  signal: AbortSignal,
): Promise<readonly StudyBaseline[] | null> {
  if (signal.aborted) return null;
  const thread = startThread(import.meta.url, "./thread", question);
  try {
    const [answer] = (await once(thread, "message", { signal })) as [BaselineAnswer];
    if ("reason" in answer) throw new UserError(answer.reason);
    return answer.found;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    await thread.terminate();
  }
}
