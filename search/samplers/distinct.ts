import { Cells } from "../cells.ts";
import { contains } from "../domain.ts";
import type { History } from "../history.ts";
import type { Rng } from "../random.ts";
import { paramsKey, type Params, type Space } from "../space.ts";

/** Proposals that repeat a configuration before the search for an unused one takes over. */
const MAX_REPEATS = 32;

/**
 * Keeps a sampler from suggesting what has been tried: no configuration twice in a finite space until all have
 * been, and hardly ever one in an infinite space. Reads each trial of a history once.
 */
export class Distinct {
  private readonly space: Space;
  private readonly cells: Cells;
  private readonly seenOf = new WeakMap<History, Seen>();

  constructor(space: Space) {
    this.space = space;
    this.cells = new Cells(space);
  }

  /**
   * A configuration that is not in the history: the first such of `propose`, which is called up to 32 times; then,
   * in a finite space, the first unused cell after a random one. `undefined`: the space is exhausted. In an
   * infinite space the last proposal is given even if it repeats.
   */
  choose(history: History, rng: Rng, propose: () => Params): Params | undefined {
    const seen = this.seen(history);
    if (seen.inSpace >= this.cells.size) return undefined;
    for (let tries = 1; ; tries++) {
      const params = propose();
      if (!seen.keys.has(paramsKey(params))) return params;
      if (tries < MAX_REPEATS) continue;
      return this.cells.size === Infinity ? params : this.unused(seen, rng);
    }
  }

  private unused(seen: Seen, rng: Rng): Params {
    const start = Math.floor(rng.next() * this.cells.size);
    for (let i = 0; ; i++) {
      const params = this.cells.at((start + i) % this.cells.size);
      if (!seen.keys.has(paramsKey(params))) return params;
    }
  }

  private seen(history: History): Seen {
    const seen = this.seenOf.get(history) ?? { read: 0, keys: new Set<string>(), inSpace: 0 };
    this.seenOf.set(history, seen);
    for (; seen.read < history.trials.length; seen.read++) {
      const { params } = history.trials[seen.read]!;
      const key = paramsKey(params);
      if (seen.keys.has(key)) continue;
      seen.keys.add(key);
      // An enqueued or imported configuration may lie outside: it fills no cell.
      if (contains(this.space, params)) seen.inSpace++;
    }
    return seen;
  }
}

interface Seen {
  /** Trials read so far. */
  read: number;
  readonly keys: Set<string>;
  inSpace: number;
}
