import type { RunState } from "./state.ts";
import { nothing, type Step } from "./step.ts";
import { isSearching } from "./use-slot.ts";
import { wishWrite, type Wish } from "./wishes.ts";

/** What was learned of the trial is forgotten; the record keeps it. Of one that has not ended there is nothing to forget yet. */
export function stepInvalidate(
  { history }: RunState,
  { trial, reason }: { readonly trial: number; readonly reason: string },
  at: number,
): Step {
  const state = history.trials[trial]?.state;
  if (state === undefined || state === "running" || state === "paused" || state === "invalid") return nothing;
  return { changes: [{ kind: "trial_invalid", trial, reason, at }], durability: "power", effects: wake };
}

/** A request that was granted before is not granted again. */
export function stepEnqueue(state: RunState, wish: Wish, at: number): Step {
  if (state.wishes.has(wish.request)) return nothing;
  if (!isSearching(state)) {
    const message =
      "a configuration was not enqueued: the search is over; raise the budget with: seqtune resume --trials +1";
    return { ...nothing, effects: [{ kind: "tell", event: { kind: "notice", message, at } }] };
  }
  return {
    changes: [wishWrite(wish, at)],
    durability: "power",
    effects: wake,
  };
}

const wake: Step["effects"] = [{ kind: "wake" }];
