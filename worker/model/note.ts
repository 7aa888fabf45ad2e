import { z } from "zod";
import { readTensors, TensorFileDamaged, writeTensors } from "./safetensors.ts";
import type { NamedWeights } from "./weights.ts";

/** Plain JSON the caller keeps with the weights: settings, feature names, scaler. It validates its own on reading. */
export type About = Readonly<Record<string, unknown>>;
export const aboutSchema = z.record(z.string(), z.unknown());

export const formatVersion = 1;
export const versionSchema = z.literal(formatVersion, {
  error: ({ input }) => `format ${String(input)} is not format ${formatVersion}, which this seqtune reads`,
});

/** Tensors with a note in JSON, as safetensors bytes; other tools see plain float32 tensors. */
export function encodeNoted(tensors: readonly NamedWeights[], note: object): Uint8Array {
  return writeTensors({ tensors, metadata: { seqtune: JSON.stringify(note) } });
}

/** Throws `TensorFileDamaged` where the note is not one of `schema`. */
export function decodeNoted<T>(
  bytes: Uint8Array,
  schema: z.ZodType<T>,
): { readonly tensors: readonly NamedWeights[]; readonly note: T } {
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
