import { bestPossible } from "../config/metrics.ts";
import { compareScores, toScore } from "../../search/scores.ts";
import { sameValue, type Params, type ParamValue } from "../../search/space.ts";
import { totalTrials } from "./counts.ts";
import type { Leaderboard, LeaderboardRow } from "./leaderboard.ts";
import { skill } from "./skill.ts";

/** The parameters of some configurations, divided into those that tell them apart and those all have alike. */
export interface VaryingParams {
  /** In the order of the fullest configuration. */
  readonly varying: readonly string[];
  readonly shared: Params;
}

/** One configuration alone varies in everything: there is nothing to compare it with. */
export function varyingParams(all: readonly Params[]): VaryingParams {
  const fullest = all.map((params) => Object.keys(params)).sort((a, b) => b.length - a.length);
  const names = [...new Set(fullest.flat())];
  if (all.length < 2) return { varying: names, shared: {} };
  const shared: Record<string, ParamValue> = {};
  const varying = names.filter((name) => {
    const first = all[0]![name];
    if (first === undefined || !all.every((params) => isSame(params[name], first))) return true;
    shared[name] = first;
    return false;
  });
  return { varying, shared };
}

function isSame(value: ParamValue | undefined, other: ParamValue): boolean {
  return value !== undefined && sameValue(value, other);
}

/** A line of the ranking: a trial, or a baseline at the place its value deserves. */
export type BoardLine =
  | { readonly kind: "trial"; readonly rank: number | null; readonly row: LeaderboardRow }
  | {
      readonly kind: "baseline";
      readonly name: string;
      readonly value: number;
      readonly skill: number | null;
    }
  /** Trials that are not shown. */
  | { readonly kind: "more"; readonly trials: number };

/**
 * Trials and baselines in one list, best first; a trial goes before a baseline of the same value. Baselines that
 * follow the last trial shown come after the trials that are not, and so do all when the list is sorted otherwise. With several goals the
 * rank is that of non-domination.
 */
export function boardLines(board: Leaderboard): readonly BoardLine[] {
  const { goal, trials, sort } = board;
  // By several goals, or under constraints, a baseline's value has no place among the trials.
  const ranked = sort === "value" && board.goals === null;
  const waiting = rankedBaselines(board);
  const isDue = (score: number): boolean =>
    waiting.length > 0 && compareScores(toScore(waiting[0]!.value, goal), score) < 0;
  const lines: BoardLine[] = [];
  for (const [index, row] of trials.entries()) {
    const score = toScore(row.value, goal);
    if (ranked) while (isDue(score)) lines.push(waiting.shift()!);
    const place = ranked && row.value !== null ? index + 1 : null;
    lines.push({ kind: "trial", rank: row.goals?.rank ?? place, row });
  }
  const more = totalTrials(board.counts) - board.repeats - trials.length;
  if (more > 0) lines.push({ kind: "more", trials: more });
  return [...lines, ...waiting];
}

function rankedBaselines({
  baselines,
  baseline,
  goal,
  metric,
}: Leaderboard): Extract<BoardLine, { kind: "baseline" }>[] {
  const best = bestPossible(metric, goal);
  return baselines
    .flatMap(({ name, value }) =>
      value === null
        ? []
        : [{ kind: "baseline" as const, name, value, skill: skill(value, baseline?.value ?? null, best) }],
    )
    .sort((a, b) => compareScores(toScore(a.value, goal), toScore(b.value, goal)));
}
