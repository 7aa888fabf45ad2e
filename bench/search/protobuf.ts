/** One field of a protobuf message: a number (varint, fixed) or the bytes of a length-delimited field. */
export interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** The bytes are not a protobuf message, or not of the shape expected. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

/** Fields of a message in order (protobuf encoding, wire types 0, 1, 2 and 5). */
export function readMessage(bytes: Uint8Array): readonly Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  let at = 0;
  const take = (length: number): number => {
    const start = at;
    if (start + length > bytes.length)
      throw new ProtobufError(`message ends inside a field at byte ${start}`);
    at += length;
    return start;
  };
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[take(1)]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
      if (shift > 63n) throw new ProtobufError(`varint longer than 10 bytes at byte ${at}`);
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    fields.push({ number: tag >>> 3, value: readValue(tag & 7) });
  }
  return fields;

  function readValue(wireType: number): number | Uint8Array {
    switch (wireType) {
      case 0:
        return varint();
      case 1:
        return view.getFloat64(take(8), true);
      case 2: {
        const length = varint();
        const start = take(length);
        return bytes.subarray(start, start + length);
      }
      case 5:
        return view.getFloat32(take(4), true);
      default:
        throw new ProtobufError(`unknown wire type ${wireType} at byte ${at}`);
    }
  }
}

export function asBytes(value: number | Uint8Array): Uint8Array {
  if (typeof value === "number")
    throw new ProtobufError("a length-delimited field was expected, a number was found");
  return value;
}

export function asNumber(value: number | Uint8Array): number {
  if (typeof value !== "number")
    throw new ProtobufError("a number was expected, a length-delimited field was found");
  return value;
}

export function asText(value: number | Uint8Array): string {
  return new TextDecoder().decode(asBytes(value));
}

/** A repeated integer field, packed or not. */
export function integers(fields: readonly Field[], number: number): readonly number[] {
  return fields
    .filter((field) => field.number === number)
    .flatMap(({ value }) => (typeof value === "number" ? [value] : unpack(value)));
}

function unpack(bytes: Uint8Array): readonly number[] {
  const values: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte >= 128) continue;
    values.push(Number(BigInt.asIntN(64, value)));
    value = 0n;
    shift = 0n;
  }
  return values;
}
