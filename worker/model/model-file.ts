import { z } from "zod";
import { type About, aboutSchema, decodeNoted, encodeNoted, formatVersion, versionSchema } from "./note.ts";
import { TensorFileDamaged } from "./safetensors.ts";
import { from, type NamedWeights, under } from "./weights.ts";

/** One trained network, or a committee of several that is asked for the mean of what its members say. */
export interface ModelFile {
  /** Weights of each member, at least one. */
  readonly members: readonly (readonly NamedWeights[])[];
  readonly about: About;
}

const modelNote = z.strictObject({ kind: z.literal("model"), version: versionSchema, about: aboutSchema });
const committeeNote = z.strictObject({
  kind: z.literal("committee"),
  members: z.int().min(2),
  version: versionSchema,
  about: aboutSchema,
});
const noteSchema = z.discriminatedUnion("kind", [modelNote, committeeNote]);

/**
 * What is needed to run a model, as safetensors bytes: `lstm0/kernel`, ... for one network, `fold1/lstm0/kernel`,
 * `fold2/lstm0/kernel`, ... for a committee.
 */
export function encodeModel({ members, about }: ModelFile): Uint8Array {
  const [only, ...others] = members;
  if (only === undefined) throw new RangeError("a model has at least one member");
  if (others.length === 0) return encodeNoted(only, { kind: "model", version: formatVersion, about });
  const tensors = members.flatMap((weights, index) => under(memberPrefix(index), weights));
  return encodeNoted(tensors, { kind: "committee", members: members.length, version: formatVersion, about });
}

/** Throws `TensorFileDamaged` for anything but a whole model file. */
export function decodeModel(bytes: Uint8Array): ModelFile {
  const { tensors, note } = decodeNoted(bytes, noteSchema);
  if (note.kind === "model") return { members: [tensors], about: note.about };
  const members = Array.from({ length: note.members }, (_, index) => from(memberPrefix(index), tensors));
  const count = members[0]!.length;
  if (count * members.length !== tensors.length || members.some(({ length }) => length !== count)) {
    throw new TensorFileDamaged(`its ${tensors.length} tensors are not those of ${note.members} members`);
  }
  return { members, about: note.about };
}

function memberPrefix(index: number): string {
  return `fold${index + 1}/`;
}
