import { once } from "node:events";
import { UserError } from "../../errors.ts";
import { startThread } from "../../start-thread.ts";
import type { BaselineQuestion, FittedSweepBaselines } from "./sweep-baselines.ts";

/** What the thread says: the baselines, or why there are none. */
export type BaselineAnswer = FittedSweepBaselines | { readonly reason: string };

/**
 * The baselines of a sweep, computed beside everything else this process does. `null`: the signal fired. Throws `UserError`
 * with the reason where there can be none.
 */
export async function baselinesBeside(
  question: BaselineQuestion,
  signal: AbortSignal,
): Promise<FittedSweepBaselines | null> {
  if (signal.aborted) return null;
  const thread = startThread(import.meta.url, "./thread", question);
  try {
    const [answer] = (await once(thread, "message", { signal })) as [BaselineAnswer];
    if ("reason" in answer) throw new UserError(answer.reason);
    return answer;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    await thread.terminate();
  }
}
