import { Cells } from "../cells.ts";
import { contains } from "../domain.ts";
import type { History } from "../history.ts";
import type { Rng } from "../random.ts";
import type { Params, Space } from "../space.ts";

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
      if (!seen.keys.has(keyOf(seen, params))) return params;
      if (tries < MAX_REPEATS) continue;
      return this.cells.size === Infinity ? params : this.unused(seen, rng);
    }
  }

  private unused(seen: Seen, rng: Rng): Params {
    const start = Math.floor(rng.next() * this.cells.size);
    for (let i = 0; ; i++) {
      const params = this.cells.at((start + i) % this.cells.size);
      if (!seen.keys.has(keyOf(seen, params))) return params;
    }
  }

  private seen(history: History): Seen {
    const seen = this.seenOf.get(history) ?? newSeen();
    this.seenOf.set(history, seen);
    for (; seen.read < history.trials.length; seen.read++) {
      const { params } = history.trials[seen.read]!;
      const key = keyOf(seen, params);
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
  /** The sets of parameter names there are, each with a number. */
  readonly shapes: Map<string, number>;
  inSpace: number;
}

function newSeen(): Seen {
  return { read: 0, keys: new Set(), shapes: new Map(), inSpace: 0 };
}

/** One text for one configuration: its values in the order of their names. Short, for there may be many. */
function keyOf({ shapes }: Seen, params: Params): string {
  const names = Object.keys(params).sort();
  const shape = names.join();
  const number = shapes.get(shape) ?? shapes.size;
  shapes.set(shape, number);
  return [number, ...names.map((name) => JSON.stringify(params[name]))].join();
}
