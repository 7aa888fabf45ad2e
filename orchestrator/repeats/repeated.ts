import { toScore, toValue } from "../../search/scores.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import type { Repeat } from "./recorded.ts";
import { chanceOfNoDifference, estimate, meanOf } from "./samples.ts";

/** What the repeats of one trial came to. */
export interface Repeated {
  /** Repeats that ended. */
  readonly n: number;
  /** Their mean value; `null` when one of them has none. The trial's own value, picked for being good, is left out. */
  readonly mean: number | null;
  /** Half the width of the mean's 95 percent confidence interval (Student's t); `null` for fewer than two. */
  readonly margin: number | null;
  /**
   * `best`: the best mean of all. `tied`: not worse than it as far as these repeats can tell (one-sided Welch test at
   * 5 percent). `diverged`: a repeat gave no value.
   */
  readonly standing: "best" | "tied" | "worse" | "diverged";
}

/** By the number of the trial that was repeated. */
export function repeatedTrials(
  store: StudyStore,
  study: Pick<Study, "id" | "goal">,
  repeats: readonly Repeat[],
): ReadonlyMap<number, Repeated> {
  const samples = new Map<number, number[]>();
  for (const { trial, of } of repeats) {
    const again = store.trial(study.id, trial);
    if (again === null || again.endedAt === null) continue;
    const score = again.state === "complete" ? toScore(again.value, study.goal) : Number.NaN;
    samples.set(of, [...(samples.get(of) ?? []), score]);
  }
  const sound = [...samples.values()].filter((scores) => scores.every(Number.isFinite));
  const best = sound.toSorted((a, b) => meanOf(a) - meanOf(b))[0];
  return new Map([...samples].map(([of, scores]) => [of, repeated(scores, best, study.goal)]));
}

function repeated(
  scores: readonly number[],
  best: readonly number[] | undefined,
  goal: Study["goal"],
): Repeated {
  if (best === undefined || !scores.every(Number.isFinite)) {
    return { n: scores.length, mean: null, margin: null, standing: "diverged" };
  }
  const { n, mean, margin } = estimate(scores);
  const isTied = chanceOfNoDifference(scores, best) >= 0.05;
  const standing = scores === best ? "best" : isTied ? "tied" : "worse";
  return { n, mean: toValue(mean, goal), margin, standing };
}
