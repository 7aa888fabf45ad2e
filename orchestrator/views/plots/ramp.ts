import { compareScores, toScore } from "../../../search/scores.ts";
import type { PlotStudy, PlotTrial } from "./study.ts";

/**
 * Places on the ramp by rank: 0 for the best value, 1 for the worst, equal values alike. Ranks and not values, so that one
 * outlier does not make all others look the same.
 */
export function rankTones({ goal }: PlotStudy, trials: readonly PlotTrial[]): ReadonlyMap<number, number> {
  const scored = trials
    .filter(({ value }) => value !== null)
    .map(({ number, value }) => ({ number, score: toScore(value, goal) }))
    .sort((a, b) => compareScores(a.score, b.score));
  const last = Math.max(1, scored.length - 1);
  const tones = new Map<number, number>();
  let rank = 0;
  for (const [index, { number, score }] of scored.entries()) {
    if (index > 0 && score !== scored[index - 1]!.score) rank = index;
    tones.set(number, rank / last);
  }
  return tones;
}

/** What the ends of the ramp stand for. */
export function rankRamp({ metric }: PlotStudy): { label: string; best: string; worst: string } {
  return { label: `${metric}, by rank`, best: "best", worst: "worst" };
}
