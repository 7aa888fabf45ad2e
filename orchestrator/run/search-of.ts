import { keepAll, type Pruner } from "../../search/pruner.ts";
import { anyOf } from "../../search/pruners/any-of.ts";
import { narrowedSampler, type KnownRange } from "../../search/lr-range/narrowed.ts";
import { enqueued } from "../../search/samplers/enqueue.ts";
import { withKnown } from "../../search/samplers/known.ts";
import type { Sampler } from "../../search/sampler.ts";
import type { Scheduler } from "../../search/scheduler.ts";
import { createSampler } from "../config/methods.ts";
import { createTermination } from "../config/pruners.ts";
import type { Sweep } from "../config/sweep.ts";

/** What decides in a sweep. */
export interface Search {
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  /** See Scheduler; absent when nothing pauses trials at epochs known beforehand. */
  readonly pausesAfter?: Scheduler["pausesAfter"];
}

/**
 * The sampler and the pruner a sweep asks for. A rule that schedules (promotion) is both: the sampler of the method
 * works inside it, and its pauses count beside the stops of the other rules. `knownRange`: where range tests keep
 * the learning rate of a bucket.
 */
export function searchOf(sweep: Sweep, knownRange?: (bucket: string) => KnownRange): Search {
  const { budget, metric, space, seed } = sweep;
  let sampler = createSampler(sweep.method, { space, seed, trials: budget.trials, goals: sweep.goals });
  if (knownRange !== undefined) sampler = narrowedSampler(sampler, space, knownRange);
  if (sweep.enqueue.length > 0) sampler = enqueued(space, sweep.enqueue, sampler);
  if (sweep.knownResults.length > 0) sampler = withKnown(sweep.knownResults, sampler);
  let pausesAfter: Scheduler["pausesAfter"] | undefined;
  const pruners = sweep.earlyTerminate.map((settings) => {
    const { epochs, trials } = budget;
    const rule = createTermination(settings, { metric: metric.name, goals: sweep.goals, epochs, trials });
    if (rule.kind === "pruner") return rule.pruner;
    const scheduler = rule.wrap(sampler);
    sampler = scheduler;
    pausesAfter = (trial, epochs) => scheduler.pausesAfter(trial, epochs);
    return scheduler;
  });
  const [only = keepAll] = pruners;
  const pruner = pruners.length > 1 ? anyOf(pruners) : only;
  return pausesAfter === undefined ? { sampler, pruner } : { sampler, pruner, pausesAfter };
}
