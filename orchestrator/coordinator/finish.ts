import type { History } from "../../search/history.ts";
import type { Budget } from "./plan.ts";
import type { CoordinatorDeps } from "./deps.ts";
import type { Ending } from "./ending.ts";

/** Why a study is complete that nothing else ended. `searched`: its trials, repeats not counted. */
export function completion(budget: Budget, searched: number, repeated: boolean): Ending {
  const spent = budget.trials !== undefined && searched >= budget.trials;
  const done = spent ? "all trials of the budget are done" : "every configuration of the space was tried";
  return { state: "complete", reason: repeated ? `${done}, and the best were repeated` : done };
}

/** A paused trial that nobody continued was, in the end, pruned. Reads those only: a study may have very many others. */
export function closePaused(
  { clock, store, study }: Pick<CoordinatorDeps, "clock" | "store" | "study">,
  history: History,
): void {
  for (const { number, state } of history.trials) {
    const trial = state === "paused" ? store.trial(study.id, number) : null;
    if (trial === null) continue;
    const { reason, model } = trial;
    const at = clock.now();
    const ended = { kind: "trial_ended", trial: number, outcome: "pruned", reason, model, at } as const;
    store.record(study.id, [ended], "power");
  }
}

/** Workers that were lost may come back when nobody listens any more: they need not keep what they have. */
export async function dismissLost({
  bus,
  store,
  study,
}: Pick<CoordinatorDeps, "bus" | "store" | "study">): Promise<void> {
  await bus.dismiss(store.lostAttempts(study.id).map((lost) => ({ study: study.key, ...lost })));
}
