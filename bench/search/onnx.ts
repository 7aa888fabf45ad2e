import { asBytes, asNumber, asText, integers, ProtobufError, readMessage, type Field } from "./protobuf.ts";

/** A constant or an intermediate result: row-major values with their shape (batch dimension left out). */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export interface Attribute {
  readonly number: number;
  readonly tensor: Tensor | undefined;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
}

/** Reads the graph of an ONNX model (onnx.proto3: ModelProto.graph = 7; float and int64 tensors only). */
export function parseOnnx(bytes: Uint8Array): Graph {
  const graph = readMessage(bytes).find((field) => field.number === 7);
  if (graph === undefined) throw new ProtobufError("the file has no graph: is it an ONNX model?");
  const fields = readMessage(asBytes(graph.value));
  const of = (number: number): readonly (readonly Field[])[] =>
    fields.filter((field) => field.number === number).map(({ value }) => readMessage(asBytes(value)));
  return {
    nodes: of(1).map(parseNode),
    constants: new Map(of(5).map((tensor) => [text(tensor, 8), parseTensor(tensor)])),
  };
}

function parseNode(fields: readonly Field[]): Node {
  const attributes = fields
    .filter(({ number }) => number === 5)
    .map(({ value }): [string, Attribute] => {
      const attribute = readMessage(asBytes(value));
      const tensor = attribute.find(({ number }) => number === 5);
      const scalar = attribute.find(({ number }) => number === 2 || number === 3);
      return [
        text(attribute, 1),
        {
          number: scalar === undefined ? Number.NaN : asNumber(scalar.value),
          tensor: tensor && parseTensor(readMessage(asBytes(tensor.value))),
        },
      ];
    });
  const texts = (of: number): readonly string[] =>
    fields.filter(({ number }) => number === of).map(({ value }) => asText(value));
  return { op: text(fields, 4), inputs: texts(1), outputs: texts(2), attributes: new Map(attributes) };
}

function parseTensor(fields: readonly Field[]): Tensor {
  const type = asNumber(fields.find(({ number }) => number === 2)?.value ?? 0);
  const raw = fields.find(({ number }) => number === 9);
  if (raw === undefined || (type !== 1 && type !== 7)) {
    throw new ProtobufError(
      `tensor "${text(fields, 8)}" has type ${type}; raw float (1) and int64 (7) are read`,
    );
  }
  const bytes = asBytes(raw.value);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data =
    type === 1
      ? Float64Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true))
      : Float64Array.from({ length: bytes.length / 8 }, (_, i) => Number(view.getBigInt64(i * 8, true)));
  return { shape: integers(fields, 1), data };
}

function text(fields: readonly Field[], number: number): string {
  const field = fields.find((field) => field.number === number);
  return field === undefined ? "" : asText(field.value);
}
