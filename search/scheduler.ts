import type { Pruner } from "./pruner.ts";
import type { Sampler } from "./sampler.ts";

/** Pauses trials (as a pruner) and decides which of them go on (as a sampler), new ones coming from another sampler. */
export interface Scheduler extends Sampler, Pruner {
  readonly name: string;
}
