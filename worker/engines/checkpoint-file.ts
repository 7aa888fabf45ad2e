import { z } from "zod";
import {
  type About,
  aboutSchema,
  decodeNoted,
  encodeNoted,
  formatVersion,
  versionSchema,
} from "../model/note.ts";
import { from, type NamedWeights, under } from "../model/weights.ts";
import type { TrainingState } from "./engine.ts";

export interface CheckpointFile {
  /** Of each network in training: one, or one a fold, all at the same epoch. */
  readonly states: readonly TrainingState[];
  /** Weights of the best epoch so far, of each network that is kept; empty before there is one. */
  readonly best: readonly (readonly NamedWeights[])[];
  readonly about: About;
}

const networkSchema = z.strictObject({
  step: z.int().min(0),
  plateau: z
    .strictObject({ best: z.number().nullable(), waited: z.int().min(0), scale: z.number().gt(0) })
    .optional(),
});
const checkpointNote = z.strictObject({
  kind: z.literal("checkpoint"),
  version: versionSchema,
  about: aboutSchema,
  epoch: z.int().min(0),
  networks: z.array(networkSchema).min(1),
  best: z.int().min(0),
});

/**
 * What is needed to go on with training, as safetensors bytes: `weights0/<name>`, `optimizer0/<slot>/<name>`, ... of
 * each network and `best0/<name>`, ... of each that is kept.
 */
export function encodeCheckpoint({ states, best, about }: CheckpointFile): Uint8Array {
  const [first] = states;
  if (first === undefined) throw new RangeError("a checkpoint has at least one network");
  const tensors = [
    ...states.flatMap(({ weights, optimizer }, k) => [
      ...under(`weights${k}/`, weights),
      ...under(`optimizer${k}/`, optimizer),
    ]),
    ...best.flatMap((weights, k) => under(`best${k}/`, weights)),
  ];
  const networks = states.map(({ step, plateau }) => ({ step, ...(plateau && { plateau }) }));
  const { epoch } = first;
  const note = { kind: "checkpoint", version: formatVersion, about, epoch, networks, best: best.length };
  return encodeNoted(tensors, note);
}

/** Throws `TensorFileDamaged` for anything but a whole checkpoint. */
export function decodeCheckpoint(bytes: Uint8Array): CheckpointFile {
  const { tensors, note } = decodeNoted(bytes, checkpointNote);
  const { epoch, networks, about } = note;
  const states = networks.map(({ step, plateau }, k) => ({
    epoch,
    step,
    weights: from(`weights${k}/`, tensors),
    optimizer: from(`optimizer${k}/`, tensors),
    ...(plateau && { plateau }),
  }));
  const best = Array.from({ length: note.best }, (_, k) => from(`best${k}/`, tensors));
  return { states, best, about };
}
