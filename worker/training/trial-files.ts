import { z } from "zod";
import { networkOutputs } from "../data/outputs/quantiles.ts";
import type { PreparedData } from "../data/prepared.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../engines/checkpoint-file.ts";
import type { TrainingState } from "../engines/engine.ts";
import { encodeModel } from "../model/model-file.ts";
import type { NamedWeights } from "../model/weights.ts";
import type { TrialAssignment } from "../protocol/assignment.ts";

/** The best epoch so far. */
export interface Best {
  readonly epoch: number;
  /** Lower is better. */
  readonly score: number;
  /** Weights of each fold whose model is kept. */
  readonly weights: readonly (readonly NamedWeights[])[];
}

/** Where a trial can go on. */
export interface CheckpointState {
  /** Of each fold. */
  readonly states: readonly TrainingState[];
  readonly best: Best | null;
  /** Epochs since the best. */
  readonly waited: number;
}

/** What a checkpoint says of the epochs before it. */
const checkpointAbout = z.object({
  best: z.object({ epoch: z.int(), score: z.number() }).nullable(),
  waited: z.int().min(0),
});

export function checkpointBytes({ states, best, waited }: CheckpointState): Uint8Array {
  const about = { best: best === null ? null : { epoch: best.epoch, score: best.score }, waited };
  return encodeCheckpoint({ states, best: best?.weights ?? [], about });
}

/** Throws `TensorFileDamaged` for anything but a checkpoint. */
export function readCheckpoint(bytes: Uint8Array): CheckpointState {
  const { states, best: weights, about } = decodeCheckpoint(bytes);
  const { best, waited } = checkpointAbout.parse(about);
  return { states, best: best === null ? null : { ...best, weights }, waited };
}

/** The best epoch's model with all that is needed to run it. `folds` are those whose models are kept. */
export function modelBytes(
  assignment: TrialAssignment,
  { epoch, weights }: Best,
  folds: readonly PreparedData[],
): Uint8Array {
  const { settings, seed, metric, ref } = assignment;
  const { features, outputs, pipeline } = folds[0]!;
  const about = { ...ref, settings, seed, metric, epoch, outputs: networkOutputs(settings.model, outputs) };
  const learned =
    folds.length === 1 ? { features, pipeline } : { pipelines: folds.map((fold) => fold.pipeline) };
  return encodeModel({ members: weights, about: { ...about, ...learned } });
}
