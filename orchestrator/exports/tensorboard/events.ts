/** TensorBoard's files: records with checksums, each an Event message (tensorflow/core/util/event.proto). */

/** Bytes of one field or message of Protocol Buffers. */
type Bytes = Buffer;

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A whole number of at least 0. */
export function intField(field: number, value: number): Bytes {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

export function doubleField(field: number, value: number): Bytes {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint(field * 8 + 1), bytes]);
}

export function floatField(field: number, value: number): Bytes {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint(field * 8 + 5), bytes]);
}

/** A text, bytes, or a message made of its fields. */
export function bytesField(field: number, content: string | readonly Bytes[]): Bytes {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.concat(content);
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

/** `at`: milliseconds since 1970. */
export function eventRecord(at: number, step: number, content: readonly Bytes[]): Bytes {
  return record(Buffer.concat([doubleField(1, at / 1000), intField(2, step), ...content]));
}

/** The first record of every file. */
export function versionRecord(at: number): Bytes {
  return record(Buffer.concat([doubleField(1, at / 1000), bytesField(3, "brain.Event:2")]));
}

/** A number under a tag, as `add_scalar` writes it: in 32 bits, NaN kept. */
export function scalarRecord(at: number, step: number, tag: string, value: number): Bytes {
  return eventRecord(at, step, [bytesField(5, [bytesField(1, [bytesField(1, tag), floatField(2, value)])])]);
}

/** tensorflow/core/lib/io/record_writer.h: length, its checksum, data, its checksum. */
function record(data: Bytes): Bytes {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, checksum(length), data, checksum(data)]);
}

function checksum(bytes: Bytes): Bytes {
  const crc = crc32c(bytes);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  const out = Buffer.alloc(4);
  out.writeUInt32LE(masked);
  return out;
}

/** CRC-32C (Castagnoli), reflected polynomial 0x82f63b78; node:zlib has the other CRC-32 only. */
const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
