import type { Pruner } from "./pruner.ts";
import type { Sampler } from "./sampler.ts";

/** Pauses trials (as a pruner) and decides which of them go on (as a sampler), new ones coming from another sampler. */
export interface Scheduler extends Sampler, Pruner {
  readonly name: string;
  /**
   * The first epoch after `epochs` at which it pauses this trial for certain, undefined when there is none: a worker
   * that knows stops there by itself, and no epoch is trained while the verdict is on its way.
   */
  pausesAfter(trial: number, epochs: number): number | undefined;
}
