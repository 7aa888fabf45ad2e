import type { Goal } from "../../search/scores.ts";
import type { StudyBaseline } from "../../storage/store.ts";
import { compareScores, toScore } from "../../search/scores.ts";

/** The best of the naive baselines: what skill is measured against. `null` when none has a value. */
export function bestNaive(baselines: readonly StudyBaseline[], goal: Goal): StudyBaseline | null {
  const naive = baselines.filter((baseline) => baseline.naive && baseline.value !== null);
  naive.sort((a, b) => compareScores(toScore(a.value, goal), toScore(b.value, goal)));
  return naive[0] ?? null;
}

/**
 * Share of the way from the naive baseline to a perfect model (`best`) that a trial goes: 1 is perfect, 0 as good as
 * naive, below 0 worse. For errors that is 1 - value / naive. `null` without a value or where the baseline leaves
 * nothing to gain.
 */
export function skill(value: number | null, naive: number | null, best: number): number | null {
  if (value === null || naive === null || naive === best || !Number.isFinite(best)) return null;
  const share = 1 - (value - best) / (naive - best);
  return Number.isFinite(share) ? share : null;
}
