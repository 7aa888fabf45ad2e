import type { History } from "./history.ts";
import type { Rng } from "./random.ts";
import type { Params } from "./space.ts";

/** What to do with a free slot. */
export type Suggestion =
  /** Start a new trial. `origin` says in a few words where the configuration came from, for people. */
  | { readonly kind: "new"; readonly params: Params; readonly origin?: string }
  /** Go on with a paused trial until it has trained `toEpoch` epochs in all. */
  | { readonly kind: "continue"; readonly trial: number; readonly toEpoch: number }
  /** Nothing until a running trial reports or ends. Never returned while nothing runs. */
  | { readonly kind: "wait" }
  /** Nothing ever again: every configuration of the space has been handed out. */
  | { readonly kind: "exhausted" };

/**
 * Port: chooses configurations.
 *
 * Guarantees: the suggestion depends only on the history, the number of the next trial and the generator
 * (which the caller derives from the study's seed and that number), so a resumed study goes on as if nothing
 * had happened. Parameters lie in the space, conditions are respected. An implementation may cache what it
 * learned from the history, incrementally; the cache never changes what it suggests.
 */
export interface Sampler {
  /** Name for people: "random", "tpe". */
  readonly name: string;
  /** `trial` is the number a new trial would get. */
  suggest(history: History, trial: number, rng: Rng): Suggestion;
}
