import type { SequenceSet } from "../data/outputs/sequences.ts";
import type { NamedWeights } from "./engine.ts";

/** Samples computed together. */
export interface Batch {
  /** From 1. */
  readonly epoch: number;
  /** From 0 within the epoch; with `epoch` it names the dropout masks. */
  readonly index: number;
  /** Positions in the training set. */
  readonly samples: Int32Array;
  /** This batch's part of the step's gradient: 1, or samples / all where one step takes several batches. */
  readonly share: number;
  /** An update follows. */
  readonly completesStep: boolean;
}

/** A model between two epochs. */
export interface ModelAtRest {
  /** Weights and slots stay what they are, also when training has gone on. */
  readonly lasts?: boolean;
  /** Copies. */
  weights(): readonly NamedWeights[];
  /** Copies of the optimizer's memory. */
  slots(): readonly NamedWeights[];
  predict(set: SequenceSet, signal: AbortSignal): Promise<Float32Array>;
}

/** One model in training on one set, as `trainLoop` drives it: what an engine has to supply. */
export interface Stepper extends ModelAtRest {
  /**
   * Adds batch.share × the gradient of the batch's mean loss to what is gathered; returns that loss, measured
   * before any update, without penalties.
   */
  accumulate(batch: Batch): number;
  /**
   * One optimizer step (counted from 1) with the gathered gradient: l2 added, values clipped, norm clipped,
   * optimizer, weight decay; then gathers again. Returns the sum of squares of each weight's gradient
   * (l2 included, before clipping), in the order of the weights.
   */
  update(learningRate: number, step: number): ArrayLike<number>;
  dispose(): void;
}
