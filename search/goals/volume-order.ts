import type { Goals, Judged } from "./goals.ts";
import { placesOf } from "./order.ts";
import { mostVolume } from "./subset.ts";

/** Places that are given one by one; within the fronts behind them the first metric decides. */
const MOST_CHOSEN = 50;

/**
 * A place for each trial, lower first: non-domination rank by rank, and within a rank those first that dominate the most volume together, so
 * that a part of a front is spread over it. Those that break constraints come behind; NaN: no values.
 */
export function placesByVolume(goals: Goals, trials: readonly Judged[], count: number): readonly number[] {
  const places = placesOf(goals, trials);
  const orders = places.map(({ order }) => order);
  const fronts: number[][] = [];
  for (const [index, { rank }] of places.entries()) if (rank !== undefined) (fronts[rank] ??= []).push(index);
  let at = 0;
  for (const front of fronts) {
    const wanted = Math.min(count, MOST_CHOSEN) - at;
    if (wanted <= 0) break;
    const points = front.map((index) => trials[index]!.scores);
    const chosen = mostVolume(points, wanted);
    const late = new Set(front.keys());
    for (const [place, of] of chosen.entries()) {
      late.delete(of);
      orders[front[of]!] = at + place;
    }
    // Those that were not chosen keep their order among each other, behind the chosen.
    const rest = [...late].sort((a, b) => orders[front[a]!]! - orders[front[b]!]!);
    for (const [place, of] of rest.entries()) orders[front[of]!] = at + chosen.length + place;
    at += front.length;
  }
  return orders;
}
