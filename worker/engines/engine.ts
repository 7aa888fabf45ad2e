import type { SequenceSet } from "../data/outputs/sequences.ts";
import type { NamedWeights } from "../model/weights.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import type { PlateauState } from "./schedule.ts";

export type { NamedWeights };

/** Everything needed to go on with training as if it had never stopped: weights, optimizer state, schedule. */
export interface TrainingState {
  readonly epoch: number;
  readonly step: number;
  readonly weights: readonly NamedWeights[];
  /** `<slot>/<weight>`, the optimizer's memory of each weight. */
  readonly optimizer: readonly NamedWeights[];
  /** Present with the reduce_on_plateau schedule. */
  readonly plateau?: PlateauState;
}

export interface TrainJob {
  readonly model: ModelSettings;
  readonly train: SequenceSet;
  /** Seeds initial weights, shuffles and dropout masks; the same on every engine. */
  readonly seed: number;
  /** Train until this many epochs are done in all. */
  readonly epochs: number;
  /** Where to go on; absent: from fresh weights at epoch 0. */
  readonly from?: TrainingState;
  /**
   * What hooks predict after each epoch, null where they predict nothing: an engine may then do it ahead, and begin the next epoch
   * before the hook has answered. Absent: hooks may predict any samples.
   */
  readonly scored?: SequenceSet | null;
  /** The learning rate of each step, counted from 0, instead of the model's own and its schedule. */
  readonly learningRateAt?: (step: number) => number;
}

export interface EpochResult {
  /** Counts from 1. */
  readonly epoch: number;
  /** Optimizer steps done in all. */
  readonly step: number;
  /** Mean training loss over the epoch's samples, measured while training, in scaled units, penalties left out. */
  readonly trainLoss: number;
  /**
   * Further numbers worth recording: `learning_rate` of the last step; `grad_norm` and `grad_norm_<layer>`, the
   * gradient's norm before clipping, mean over the epoch's steps, of all weights and of each layer.
   */
  readonly extras: Readonly<Record<string, number>>;
}

/** The model in training, lent to the caller between epochs. */
export interface LiveModel {
  /**
   * Predictions [samples, outputs], inference mode, scaled units; probabilities where the loss is a cross-entropy. Throws
   * `RangeError` for other samples than the job's `scored`, where it has them.
   */
  predict(set: SequenceSet, signal: AbortSignal): Promise<Float32Array>;
  weights(): readonly NamedWeights[];
  /** Tells reduce_on_plateau the epoch's validation loss; before `state()`. Untold, it goes by the training loss. */
  watch(validationLoss: number): void;
  state(): TrainingState;
}

export interface TrainHooks {
  /** After each epoch; training waits for it. Return "stop" to end here. */
  onEpoch(result: EpochResult, live: LiveModel): Promise<"go on" | "stop">;
  /** After each batch; synchronous and cheap. */
  onStep?(step: number, loss: number): void;
}

/**
 * Why training ended. A loss that is not finite, or beyond `divergenceLimit`, ends it at once; `step` is the one,
 * from 1, it happened in.
 */
export type TrainEnd =
  | { readonly kind: "complete" }
  | { readonly kind: "stopped" }
  | { readonly kind: "aborted" }
  | { readonly kind: "diverged"; readonly epoch: number; readonly step: number; readonly loss: number };

/**
 * Port: trains and runs models. One implementation a backend; all agree within tolerance, because initial
 * weights, shuffles and dropout masks come from seqtune's own generator.
 *
 * Guarantees: the same job gives bit-equal losses on the same engine and machine. `signal` is looked at before
 * every batch. Engines throw only for what is not the trial's doing (out of memory, a broken backend).
 */
export interface Engine {
  readonly info: EngineInfo;
  /** How many trainings it does well at the same time; one when absent. */
  readonly lanes?: number;
  train(job: TrainJob, hooks: TrainHooks, signal: AbortSignal): Promise<TrainEnd>;
  /** Predictions of stored weights [samples, outputs]. */
  predict(
    model: ModelSettings,
    weights: readonly NamedWeights[],
    set: SequenceSet,
    signal: AbortSignal,
  ): Promise<Float32Array>;
  dispose(): void;
}

/** A batch loss above this many times the loss of predicting zero counts as exploding (see divergence.ts). */
export const divergenceLimit = 1e4;
