/** How a study ends that nothing interrupts. */
import type { CoordinatorDeps } from "./deps.ts";
import type { Ending } from "./ending.ts";
import type { Budget } from "./plan.ts";

/** Why a study is complete that nothing else ended. `searched`: its trials, repeats not counted. */
export function completion(budget: Budget, searched: number, repeated: boolean): Ending {
  const spent = budget.trials !== undefined && searched >= budget.trials;
  const done = spent ? "all trials of the budget are done" : "every configuration of the space was tried";
  return { state: "complete", reason: repeated ? `${done}, and the best were repeated` : done };
}

/** Workers that were lost may come back when no coordinator listens any more: they need not keep what they have. */
export async function dismissLost({
  bus,
  store,
  study,
}: Pick<CoordinatorDeps, "bus" | "store" | "study">): Promise<void> {
  await bus.dismiss(store.lostAttempts(study.id).map((lost) => ({ study: study.key, ...lost })));
}
