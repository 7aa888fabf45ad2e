import { contains } from "../domain.ts";
import type { History } from "../history.ts";
import type { Sampler } from "../sampler.ts";
import { paramsKey, type Params, type Space } from "../space.ts";

/** A configuration that is to be tried first does not fit the space. */
export class EnqueuedConfigurationError extends Error {
  /** Place in the list, from 0. */
  readonly index: number;
  readonly params: Params;

  constructor(index: number, params: Params) {
    super(
      `configuration ${index + 1} to try first does not fit the space: ${JSON.stringify(params)}; ` +
        "give every active parameter, and nothing else, a value it can take",
    );
    this.name = "EnqueuedConfigurationError";
    this.index = index;
    this.params = params;
  }
}

/**
 * Suggests the given configurations first, in their order, then leaves the choice to `inner`. One that is in the
 * history already, imported or given twice, is passed over.
 *
 * Throws EnqueuedConfigurationError for a configuration outside the space.
 */
export function enqueued(space: Space, configurations: readonly Params[], inner: Sampler): Sampler {
  for (const [index, params] of configurations.entries()) {
    if (!contains(space, params)) throw new EnqueuedConfigurationError(index, params);
  }
  const places = new WeakMap<History, Place>();
  return {
    name: inner.name,
    suggest(history, trial, rng) {
      const place = places.get(history) ?? { read: 0, tried: new Set<string>(), next: 0 };
      places.set(history, place);
      for (; place.read < history.trials.length; place.read++) {
        place.tried.add(paramsKey(history.trials[place.read]!.params));
      }
      for (; place.next < configurations.length; place.next++) {
        const params = configurations[place.next]!;
        if (!place.tried.has(paramsKey(params))) return { kind: "new", params, origin: "enqueued" };
      }
      return inner.suggest(history, trial, rng);
    },
  };
}

interface Place {
  /** Trials of the history read so far, and what they tried. */
  read: number;
  readonly tried: Set<string>;
  /** First configuration that may still be untried. */
  next: number;
}
