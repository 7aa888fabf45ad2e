import { crc32 } from "node:zlib";
import { z } from "zod";
import type { NamedWeights } from "./weights.ts";

/**
 * The safetensors format (github.com/huggingface/safetensors), float32 only: 8 bytes header length (little
 * endian), a JSON header naming dtype, shape and byte range of each tensor, then the data without gaps.
 */
export interface TensorFile {
  readonly tensors: readonly NamedWeights[];
  /** The header's `__metadata__`: texts by name, without the checksum. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that is not a safetensors file, or a damaged one. */
export class TensorFileDamaged extends Error {
  constructor(problem: string, options?: ErrorOptions) {
    super(`not a readable model file (safetensors): ${problem}; fetch or train the model again`, options);
    this.name = "TensorFileDamaged";
  }
}

/** The metadata's name of the checksum: a weight with one turned bit is a number like any other. */
const checksumName = "crc32";

const lengthBytes = 8;
const largestHeader = 100_000_000; // the format's own limit

const tensorSchema = z.strictObject({
  dtype: z.literal("F32"),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const headerSchema = z.record(z.string(), z.union([tensorSchema, z.record(z.string(), z.string())]));
const metadataSchema = z.record(z.string(), z.string()).default({});

export function writeTensors({ tensors, metadata }: TensorFile): Uint8Array {
  const data = new Uint8Array(tensors.reduce((sum, tensor) => sum + tensor.data.byteLength, 0));
  let at = 0;
  for (const tensor of tensors) {
    writeFloats(data, at, tensor.data);
    at += tensor.data.byteLength;
  }
  const checksum = checksumOf({ tensors, metadata }, data);
  const header = headerBytes(tensors, { ...metadata, [checksumName]: checksum });
  const file = new Uint8Array(lengthBytes + header.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, lengthBytes);
  file.set(data, lengthBytes + header.length);
  return file;
}

/** Reads and checks everything: sizes, byte ranges in order without gaps or overlaps, shapes, and the checksum if there is one. */
export function readTensors(file: Uint8Array): TensorFile {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < lengthBytes) throw new TensorFileDamaged(`it has ${file.length} bytes`);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(largestHeader)) throw new TensorFileDamaged("it begins as no such file does");
  if (length > BigInt(file.length - lengthBytes)) {
    throw new TensorFileDamaged(`its header should have ${length} bytes, the file has ${file.length}`);
  }
  const dataStart = lengthBytes + Number(length);
  const header = parseHeader(file.subarray(lengthBytes, dataStart));
  const { [checksumName]: checksum, ...metadata } = header.metadata;
  const data = file.subarray(dataStart);
  const found = { tensors: readAll(header.entries, data), metadata };
  if (checksum !== undefined && checksum !== checksumOf(found, data))
    throw new TensorFileDamaged(
      `what it holds does not match its checksum (${checksumName} in its metadata)`,
    );
  return found;
}

/**
 * CRC-32 of the metadata and the tensors, which lie one after another in `data`, each in the order of their names: a program may write
 * them in another one.
 */
function checksumOf({ tensors, metadata }: TensorFile, data: Uint8Array): string {
  let sum = 0;
  let at = 0;
  const add = (part: string | Uint8Array): void => void (sum = crc32(part, sum));
  const parts = tensors.map(({ name, shape, data: { byteLength } }) => {
    const bytes = data.subarray(at, (at += byteLength));
    return [name, { shape, bytes }] as const;
  });
  for (const [name, text] of Object.entries(metadata).toSorted(byName)) add(JSON.stringify([name, text]));
  for (const [name, { shape, bytes }] of parts.toSorted(byName)) {
    add(JSON.stringify([name, shape]));
    add(bytes);
  }
  return sum.toString(16).padStart(8, "0");
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

type Entry = readonly [name: string, z.infer<typeof tensorSchema>];

function headerBytes(
  tensors: readonly NamedWeights[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header = new Map<string, unknown>([["__metadata__", metadata]]);
  let at = 0;
  for (const { name, shape, data } of tensors) {
    header.set(name, { dtype: "F32", shape, data_offsets: [at, at + data.byteLength] });
    at += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  return padded;
}

function parseHeader(bytes: Uint8Array): {
  entries: Entry[];
  metadata: Readonly<Record<string, string>>;
} {
  const header = headerSchema.safeParse(parseJson(bytes));
  if (!header.success) throw new TensorFileDamaged(`its header says ${z.prettifyError(header.error)}`);
  const { __metadata__: metadata, ...rest } = header.data;
  const entries = Object.entries(rest).map(([name, entry]): Entry => {
    const tensor = tensorSchema.safeParse(entry);
    if (!tensor.success) throw new TensorFileDamaged(`"${name}" is not described as a float32 tensor`);
    return [name, tensor.data];
  });
  const texts = metadataSchema.safeParse(metadata);
  if (!texts.success) throw new TensorFileDamaged("its metadata are not texts");
  return { entries, metadata: texts.data };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new TensorFileDamaged("its header is not JSON", { cause });
  }
}

function readAll(entries: readonly Entry[], data: Uint8Array): NamedWeights[] {
  let at = 0;
  const tensors = entries.map(
    ([
      name,
      {
        shape,
        data_offsets: [from, to],
      },
    ]) => {
      const bytes = shape.reduce((product, size) => product * size, 4);
      if (from !== at || to !== from + bytes || to > data.length) {
        throw new TensorFileDamaged(`"${name}" [${shape.join(", ")}] cannot lie in bytes ${from} to ${to}`);
      }
      at = to;
      return { name, shape, data: readFloats(data, from, bytes / 4) };
    },
  );
  if (at !== data.length) throw new TensorFileDamaged(`${data.length - at} bytes belong to no tensor`);
  return tensors;
}

function writeFloats(file: Uint8Array, at: number, data: Float32Array): void {
  const view = new DataView(file.buffer, at, data.byteLength);
  for (const [index, value] of data.entries()) view.setFloat32(4 * index, value, true);
}

function readFloats(data: Uint8Array, from: number, count: number): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset + from, 4 * count);
  return Float32Array.from({ length: count }, (_, index) => view.getFloat32(4 * index, true));
}
