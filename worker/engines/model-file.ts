import { z } from "zod";
import type { NamedWeights, TrainingState } from "./engine.ts";
import { readTensors, TensorFileDamaged, writeTensors } from "./safetensors.ts";

/** Plain JSON the caller keeps with the weights: settings, feature names, scaler. It validates its own on reading. */
export type About = Readonly<Record<string, unknown>>;

export interface ModelFile {
  readonly weights: readonly NamedWeights[];
  readonly about: About;
}

export interface CheckpointFile {
  readonly state: TrainingState;
  /** Weights of the best epoch so far, when there is one. */
  readonly best?: readonly NamedWeights[];
  readonly about: About;
}

const formatVersion = 1;

const aboutSchema = z.record(z.string(), z.unknown());
const versionSchema = z.literal(formatVersion, {
  error: ({ input }) => `format ${String(input)} is not format ${formatVersion}, which this seqtune reads`,
});
const modelNote = z.strictObject({ kind: z.literal("model"), version: versionSchema, about: aboutSchema });
const checkpointNote = z.strictObject({
  kind: z.literal("checkpoint"),
  version: versionSchema,
  about: aboutSchema,
  epoch: z.int().min(0),
  step: z.int().min(0),
  plateau: z
    .strictObject({ best: z.number().nullable(), waited: z.int().min(0), scale: z.number().gt(0) })
    .optional(),
});

/** What is needed to run a model, as safetensors bytes; other tools see plain float32 tensors. */
export function encodeModel({ weights, about }: ModelFile): Uint8Array {
  return encode(weights, { kind: "model", version: formatVersion, about });
}

/** Throws `TensorFileDamaged` for anything but a whole model file. */
export function decodeModel(bytes: Uint8Array): ModelFile {
  const { tensors, note } = decode(bytes, modelNote);
  return { weights: tensors, about: note.about };
}

/**
 * What is needed to go on with training, as safetensors bytes: `weights/<name>`, `optimizer/<slot>/<name>` and
 * `best/<name>`.
 */
export function encodeCheckpoint({ state, best = [], about }: CheckpointFile): Uint8Array {
  const { weights, optimizer, ...rest } = state;
  const tensors = [...under("weights/", weights), ...under("optimizer/", optimizer), ...under("best/", best)];
  return encode(tensors, { kind: "checkpoint", version: formatVersion, about, ...rest });
}

/** Throws `TensorFileDamaged` for anything but a whole checkpoint. */
export function decodeCheckpoint(bytes: Uint8Array): CheckpointFile {
  const { tensors, note } = decode(bytes, checkpointNote);
  const { epoch, step, plateau, about } = note;
  const state = {
    epoch,
    step,
    weights: from("weights/", tensors),
    optimizer: from("optimizer/", tensors),
    ...(plateau && { plateau }),
  };
  const best = from("best/", tensors);
  return { state, about, ...(best.length > 0 && { best }) };
}

function encode(tensors: readonly NamedWeights[], note: object): Uint8Array {
  return writeTensors({ tensors, metadata: { seqtune: JSON.stringify(note) } });
}

function decode<T>(bytes: Uint8Array, schema: z.ZodType<T>): { tensors: readonly NamedWeights[]; note: T } {
  const { tensors, metadata } = readTensors(bytes);
  const note = schema.safeParse(parse(metadata["seqtune"]));
  if (!note.success) throw new TensorFileDamaged(`its note is wrong: ${z.prettifyError(note.error)}`);
  return { tensors, note: note.data };
}

function parse(text: string | undefined): unknown {
  if (text === undefined) throw new TensorFileDamaged("seqtune did not write it");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TensorFileDamaged("its note is not JSON", { cause });
  }
}

function under(prefix: string, tensors: readonly NamedWeights[]): NamedWeights[] {
  return tensors.map((tensor) => ({ ...tensor, name: prefix + tensor.name }));
}

function from(prefix: string, tensors: readonly NamedWeights[]): NamedWeights[] {
  return tensors
    .filter(({ name }) => name.startsWith(prefix))
    .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
}
