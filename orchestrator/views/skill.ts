import type { Goal } from "../../search/scores.ts";
import type { Baseline } from "../../storage/store.ts";
import { compareScores, toScore } from "../../search/scores.ts";

/** The best of the naive baselines: what skill is measured against. `null` when none has a value. */
export function bestNaive(baselines: readonly Baseline[], goal: Goal): Baseline | null {
  const naive = baselines.filter((baseline) => baseline.naive && baseline.value !== null);
  naive.sort((a, b) => compareScores(toScore(a.value, goal), toScore(b.value, goal)));
  return naive[0] ?? null;
}

/**
 * Share of the naive baseline's error that a trial removes: 1 is perfect, 0 as good as naive, below 0 worse.
 * For errors 1 - value / naive; for metrics whose best is 1 (accuracy, F1, R²) (value - naive) / (1 - naive).
 * `null` without a value or where the baseline leaves nothing to gain.
 */
export function skill(value: number | null, naive: number | null, goal: Goal): number | null {
  if (value === null || naive === null) return null;
  const room = goal === "minimize" ? naive : 1 - naive;
  if (room <= 0) return null;
  return goal === "minimize" ? 1 - value / naive : (value - naive) / room;
}
