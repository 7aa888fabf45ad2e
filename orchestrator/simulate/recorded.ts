import type { Goal } from "../../search/scores.ts";
import type { Params } from "../../search/space.ts";

/** How one configuration trained. */
export interface RecordedCurve {
  readonly params: Params;
  /** The ranking metric after each epoch, from the first; `null`: not finite. At least one. */
  readonly values: readonly (number | null)[];
  /** The other metrics after each of these epochs, where they were recorded. */
  readonly metrics?: readonly Readonly<Record<string, number>>[];
  /** What each of these epochs took. */
  readonly seconds: readonly number[];
}

/** Curves of many configurations on the same data. */
export interface Recording {
  /** For people: a file's task, or a study. */
  readonly name: string;
  readonly metric: string;
  readonly goal: Goal;
  /** At least one. */
  readonly curves: readonly RecordedCurve[];
}
