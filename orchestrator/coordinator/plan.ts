import type { Goals } from "../../search/goals/goals.ts";
import type { Pruner } from "../../search/pruner.ts";
import type { Sampler } from "../../search/sampler.ts";
import type { Params } from "../../search/space.ts";
import type { EngineAssignment, TrialAssignment } from "../../worker/protocol/assignment.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import type { ProgramSpec } from "../../worker/protocol/program/spec.ts";
import type { TrialSettings } from "../../worker/protocol/settings.ts";
import type { Bounds } from "../study/admission.ts";
import type { RepeatsSettings } from "../repeats/repeats.ts";

export interface Budget {
  /** New trials in all, repeats not counted; absent: until the space is exhausted or another limit is met. */
  readonly trials?: number | undefined;
  /** Epochs a trial may train. */
  readonly epochs: number;
  readonly wallTimeMs?: number | undefined;
  /** The study ends when a trial reaches this value of the metric. */
  readonly target?: number | undefined;
}

/** A trial may be complete before its last epoch. */
export interface EarlyEnd {
  /** In words, for people; `null`: no reason is worth a word. */
  readonly reason: string | null;
}

/** What every assignment of a trial holds. */
export type TrialWork = Pick<TrialAssignment, "version" | "ref" | "seed" | "settings" | "data">;

/** What a coordinator needs to know of a sweep; everything else stays with the one who composed it. */
export interface StudyPlan {
  readonly seed: number;
  readonly budget: Budget;
  /** Several metrics, or constraints; absent: the study's metric is all. */
  readonly goals?: Goals | undefined;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  /** The first epoch after `epochs` at which the pruner pauses this trial for certain: its worker stops there by itself. */
  readonly pausesAfter?: ((trial: number, epochs: number) => number | undefined) | undefined;
  /** Trains the best again when the search is over. */
  readonly repeats?: RepeatsSettings | undefined;
  readonly data: BlobRef;
  readonly checkpointSeconds: number | null;
  /** Throws, with a sentence for people, when the values do not go together. */
  readonly settingsFor: (params: Params) => TrialSettings;
  /** What metrics can be, by name: a report with another value is not counted. Default: anything. */
  readonly bounds?: ReadonlyMap<string, Bounds>;
  /** May a trial with these values be complete before its last epoch, and why? Default: none may. */
  readonly endsEarly?: ((params: Params) => EarlyEnd | null) | undefined;
  /** Trials are runs of this program, instead of trainings; `settingsFor` is not asked then. */
  readonly program?: ProgramSpec | undefined;
  /** What a worker does for a trial where it does not train. */
  readonly insteadOfTraining?: (work: TrialWork) => EngineAssignment;
  /**
   * Asked with each new configuration before it starts. A promise: something has to be measured first, and once it
   * settles the sampler is asked again for the same trial. Never rejects. `over` fires when the study ends: the promise
   * settles then without measuring on.
   */
  readonly prepare?: (params: Params, over: AbortSignal) => Promise<void> | undefined;
}

/** A trial is given up after this many attempts that ended in its own failure or its worker's death. */
export const failureLimit = 3;

/** Attempts of one trial in all but those that paused, machines lost included: a trial that takes every machine with it must end. */
export const attemptLimit = 10;
