import { describe, expect, it } from "vitest";
import { decodeCheckpoint, encodeCheckpoint } from "../../../worker/engines/checkpoint-file.ts";
import { decodeModel, encodeModel } from "../../../worker/model/model-file.ts";
import { readTensors, TensorFileDamaged, writeTensors } from "../../../worker/model/safetensors.ts";

const weights = [
  { name: "lstm0/kernel", shape: [2, 2], data: Float32Array.of(1.5, -0.1, 3e-40, 4) },
  { name: "dense/bias", shape: [1], data: Float32Array.of(NaN) },
];
const members = [weights];
const about = { settings: { hidden: 2 }, features: ["größe", "wind"], scaler: { mean: [0.1] } };

/** A safetensors file with the given header over `bytes` bytes of data. */
function fileWith(header: unknown, bytes: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + bytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

const tensor = (from: number, to: number, shape = [1]): object => ({
  dtype: "F32",
  shape,
  data_offsets: [from, to],
});

describe("model files", () => {
  it("bring weights and notes back bit by bit", () => {
    expect(decodeModel(encodeModel({ members, about }))).toEqual({ members, about });
  });

  it("keep the members of a committee apart", () => {
    const committee = [weights, weights.map((one) => ({ ...one, data: one.data.map((x) => 2 * x) }))];
    const file = encodeModel({ members: committee, about });
    expect(decodeModel(file)).toEqual({ members: committee, about });
    expect(readTensors(file).tensors.map(({ name }) => name)).toEqual([
      "fold1/lstm0/kernel",
      "fold1/dense/bias",
      "fold2/lstm0/kernel",
      "fold2/dense/bias",
    ]);
  });

  it("can be read from the middle of a larger buffer", () => {
    const file = encodeModel({ members, about });
    const larger = new Uint8Array(file.length + 7);
    larger.set(file, 3);
    expect(decodeModel(larger.subarray(3, 3 + file.length)).members).toEqual(members);
  });

  it("with one turned bit are refused, or say the same", () => {
    const file = encodeModel({ members, about });
    let refused = 0;
    for (let at = 0; at < file.length; at++) {
      const damaged = Uint8Array.from(file);
      damaged[at]! ^= 1 << (at % 8);
      try {
        expect(decodeModel(damaged)).toEqual({ members, about });
      } catch (error) {
        expect(error).toBeInstanceOf(TensorFileDamaged);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(0.8 * file.length);
  });

  it("may be written again by a program that keeps another order, and by one that knows no checksum", () => {
    const { tensors, metadata } = readTensors(encodeModel({ members, about }));
    const [first, second] = tensors.map(({ data }) => Buffer.from(data.buffer));
    const file = encodeModel({ members, about });
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    const turned = fileWith(
      {
        "dense/bias": tensor(0, 4),
        "lstm0/kernel": tensor(4, 20, [2, 2]),
        __metadata__: header["__metadata__"],
      },
      20,
    );
    turned.set(Buffer.concat([second!, first!]), turned.length - 20);
    expect(readTensors(turned).tensors.map(({ name }) => name)).toEqual(["dense/bias", "lstm0/kernel"]);

    const plain = fileWith({ ...header, __metadata__: metadata }, 20);
    plain.set(Buffer.concat([first!, second!]), plain.length - 20);
    expect(decodeModel(plain)).toEqual({ members, about });
  });

  it("are laid out as the format says: length, padded JSON, data", () => {
    const file = encodeModel({ members, about });
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    expect(length % 8).toBe(0);
    expect(header["lstm0/kernel"]).toEqual({ dtype: "F32", shape: [2, 2], data_offsets: [0, 16] });
    expect(header["dense/bias"]).toEqual({ dtype: "F32", shape: [1], data_offsets: [16, 20] });
    expect(file.length).toBe(8 + length + 20);
  });

  it("bring checkpoints back with optimizer and schedule", () => {
    const state = {
      epoch: 3,
      step: 99,
      weights,
      optimizer: [{ name: "m/lstm0/kernel", shape: [2], data: Float32Array.of(0.1, 0.2) }],
      plateau: { best: 0.1 + 0.2, waited: 1, scale: 0.01 },
    };
    const other = { epoch: 3, step: 66, weights, optimizer: [] };
    const file = { states: [state, other], best: [weights], about };
    expect(decodeCheckpoint(encodeCheckpoint(file))).toEqual(file);
  });

  it("are not mistaken for each other", () => {
    const state = { epoch: 1, step: 1, weights, optimizer: [] };
    expect(() => decodeModel(encodeCheckpoint({ states: [state], best: [], about }))).toThrow(
      TensorFileDamaged,
    );
    expect(() => decodeCheckpoint(encodeModel({ members, about }))).toThrow(TensorFileDamaged);
  });

  it("of a newer format are refused in words", () => {
    const note = JSON.stringify({ kind: "model", version: 2, about: {} });
    const file = writeTensors({ tensors: [], metadata: { seqtune: note } });
    expect(() => decodeModel(file)).toThrow("format 2 is not format 1, which this seqtune reads");
  });

  const metadata = { seqtune: JSON.stringify({ kind: "model", version: 1, about: {} }) };
  it.each([
    ["is empty", new Uint8Array(0), "it has 0 bytes"],
    ["is cut off", encodeModel({ members, about }).subarray(0, 40), "its header should have"],
    [
      "claims a huge header",
      Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255),
      "it begins as no such file does",
    ],
    ["has no JSON header", fileWith("hello", 0), "its header is not JSON"],
    ["has a list as header", fileWith([], 0), "its header says"],
    ["comes from elsewhere", fileWith({ a: tensor(0, 4) }, 4), "seqtune did not write it"],
    [
      "misses data",
      fileWith({ __metadata__: metadata, a: tensor(0, 4) }, 3),
      '"a" [1] cannot lie in bytes 0 to 4',
    ],
    [
      "has data left over",
      fileWith({ __metadata__: metadata, a: tensor(0, 4) }, 9),
      "5 bytes belong to no tensor",
    ],
    [
      "has overlapping tensors",
      fileWith({ __metadata__: metadata, a: tensor(0, 8, [2]), b: tensor(4, 8) }, 8),
      '"b" [1] cannot lie in bytes 4 to 8',
    ],
    [
      "has a shape that does not fit",
      fileWith({ __metadata__: metadata, a: tensor(0, 4, [3]) }, 4),
      '"a" [3] cannot lie in bytes 0 to 4',
    ],
    [
      "holds another number type",
      fileWith({ __metadata__: metadata, a: { ...tensor(0, 2), dtype: "F16" } }, 2),
      "its header says",
    ],
    ["has a note that is not JSON", fileWith({ __metadata__: { seqtune: "{" } }, 0), "its note is not JSON"],
  ])("whose file %s are refused", (_, file, message) => {
    expect(() => decodeModel(file)).toThrow(TensorFileDamaged);
    expect(() => decodeModel(file)).toThrow(message);
  });
});
