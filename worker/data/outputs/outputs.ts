import type { LossKind } from "./losses.ts";
import type { Metrics } from "./metric.ts";
import type { SequenceSet } from "./sequences.ts";

/** The part of a SequenceSet that says what is predicted. */
export type EncodedTargets = Pick<SequenceSet, "targets" | "outputs" | "task" | "classes">;

/**
 * What a model predicts, for samples known by a row: the first row after the window (layout series), or the
 * number of the sample. One implementation for numbers, one for classes.
 */
export interface Outputs {
  /** Name of each output: `OT+1`, `label=3`. */
  readonly names: readonly string[];
  /** Is every target of the sample known? */
  observed(row: number): boolean;
  encode(rows: Int32Array): EncodedTargets;
  /** Metrics, names without prefix, of predictions [rows, outputs] as `decode` gives them. */
  score(rows: Int32Array, decoded: ArrayLike<number>): Metrics;
  /** What each sample loses [rows] by predictions as `decode` gives them, lower is better: comparable between models. */
  losses(rows: Int32Array, decoded: ArrayLike<number>, kind: LossKind): Float64Array;
  /** Numbers: predictions as `decode` gives them less the truth [rows, outputs]; `null` for classes. */
  errors(rows: Int32Array, decoded: ArrayLike<number>): Float64Array | null;
  /** The model's predictions [rows, outputs] in the data's own units (numbers) or as they are (probabilities). */
  decode(rows: Int32Array, predictions: ArrayLike<number>): Float64Array;
}
