import type { Goals } from "../../search/goals/goals.ts";
import type { History } from "../../search/history.ts";
import { toScore, type Goal } from "../../search/scores.ts";
import type { Params } from "../../search/space.ts";
import type { Search } from "../run/search-of.ts";
import type { RecordedCurve } from "./recorded.ts";
import { VirtualStudy, type VirtualEpoch } from "./virtual-study.ts";

export interface Setup {
  readonly search: Search;
  readonly seed: number;
  readonly goal: Goal;
  /** Several metrics, or constraints; absent: the ranking metric is all. */
  readonly goals?: Goals | undefined;
  /** The curve of a configuration. */
  readonly curveOf: (params: Params) => RecordedCurve;
  /** Epochs of a complete trial; a curve that is shorter ends as complete before. */
  readonly epochs: number;
  readonly workers: number;
  readonly limits: Limits;
  /** Hears of every epoch, after it counts; `epochs`: of all trials together. */
  readonly onEpoch?: (history: History, epochs: number) => void;
}

/** The study ends at the first that is met. */
export interface Limits {
  /** New trials in all. */
  readonly trials?: number | undefined;
  /** Epochs of all trials together. */
  readonly epochsInAll?: number | undefined;
  /** On the virtual clock. */
  readonly seconds?: number | undefined;
}

/** The best score so far rose to this when so much was spent. */
export interface Step {
  readonly epochs: number;
  readonly seconds: number;
  /** Lower is better, whatever the goal. */
  readonly score: number;
  readonly trial: number;
}

export interface Played {
  readonly history: History;
  /** Each improvement, in order. */
  readonly steps: readonly Step[];
  readonly epochs: number;
  /** On the virtual clock. */
  readonly seconds: number;
}

/**
 * Plays a study against recorded curves, with the sampler, the pruner and the machine of a real one. As there, a trial
 * that reports a number that is not finite has diverged, and free workers ask at once.
 */
export function play({
  search,
  seed,
  goal,
  goals,
  curveOf,
  epochs,
  workers,
  limits,
  onEpoch,
}: Setup): Played {
  const { trials, epochsInAll = Infinity, seconds = Infinity } = limits;
  const curves: RecordedCurve[] = [];
  const steps: Step[] = [];
  const study = new VirtualStudy({
    search,
    seed,
    goal,
    goals,
    epochs,
    trials,
    workers,
    train: (params, epoch, trial) => recordedEpoch((curves[trial] ??= curveOf(params)), epoch, epochs),
    tell: (event) => {
      if (event.kind !== "best") return;
      const score = toScore(event.value, goal);
      steps.push({ epochs: study.epochs, seconds: study.now, score, trial: event.trial });
    },
  });
  while (study.epochs < epochsInAll && study.advance(seconds)) onEpoch?.(study.history, study.epochs);
  return { history: study.history, steps, epochs: study.epochs, seconds: study.now };
}

function recordedEpoch(
  { values, metrics, seconds }: RecordedCurve,
  epoch: number,
  epochs: number,
): VirtualEpoch {
  const value = values[epoch - 1] ?? null;
  const isLast = epoch >= Math.min(epochs, values.length);
  const end = value === null ? "diverged" : isLast ? "complete" : undefined;
  return { value, metrics: metrics?.[epoch - 1], seconds: seconds[epoch - 1]!, end };
}
