import { Cells } from "../cells.ts";
import { ContinuousParameterError, domainSize } from "../domain.ts";
import type { History } from "../history.ts";
import type { Sampler } from "../sampler.ts";
import { paramsKey, type Space } from "../space.ts";

/**
 * Grid search (as against random search in Bergstra and Bengio 2012, JMLR 13): every configuration of a finite space once.
 * Order: that of the parameters in the space, the last one turning fastest, lists as written and ranges rising; a conditional parameter turns only where it is active. A
 * configuration that is in the history already (enqueued, say) is passed over.
 *
 * Throws ContinuousParameterError when a parameter has no finite list of values.
 */
export function gridSampler(space: Space): Sampler {
  const cells = new Cells(space);
  if (cells.size === Infinity) {
    const continuous = space.parameters.find(({ domain }) => domainSize(domain) === Infinity);
    throw new ContinuousParameterError(continuous!.name);
  }
  const cursors = new WeakMap<History, Cursor>();
  return {
    name: "grid",
    suggest(history) {
      const cursor = cursors.get(history) ?? { read: 0, cell: 0, ahead: new Set<string>() };
      cursors.set(history, cursor);
      readTrials(cursor, history, cells);
      if (cursor.cell >= cells.size) return { kind: "exhausted" };
      const origin = `grid cell ${cursor.cell + 1} of ${cells.size}`;
      return { kind: "new", params: cells.at(cursor.cell), origin };
    },
  };
}

/** The first cell not in the history; of the history, only what lies ahead of that cell is remembered. */
interface Cursor {
  read: number;
  cell: number;
  readonly ahead: Set<string>;
}

function readTrials(cursor: Cursor, history: History, cells: Cells): void {
  for (; cursor.read < history.trials.length; cursor.read++) {
    cursor.ahead.add(paramsKey(history.trials[cursor.read]!.params));
    while (cursor.cell < cells.size && cursor.ahead.delete(paramsKey(cells.at(cursor.cell)))) cursor.cell++;
  }
}
