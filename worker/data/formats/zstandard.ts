/** Zstandard (RFC 8878). fzstd 0.1.1 unpacks it and leaves out the checksums, so that damage could pass as other numbers: they are compared here. */

const magic = 0xfd2fb528;
/** Sixteen magic numbers begin frames that are to be skipped; pzstd begins with one. */
const [firstSkippable, lastSkippable] = [0x184d2a50, 0x184d2a5f];

/** Begins as Zstandard data does. */
export function isZstandard(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const mark = viewOf(bytes).getUint32(0, true);
  return mark === magic || (mark >= firstSkippable && mark <= lastSkippable);
}

/** What the frames hold, one after another. Throws an Error for data that is damaged or cut off. */
export async function unpackZstandard(bytes: Uint8Array): Promise<Uint8Array> {
  const [{ decompress }, { default: xxhash }] = await Promise.all([import("fzstd"), import("xxhash-wasm")]);
  const hashes = await xxhash();
  const parts = framesOf(bytes).map(({ frame, checksum }) => {
    const content = decompress(frame);
    if (checksum !== null && Number(hashes.h64Raw(content) & 0xffff_ffffn) !== checksum)
      throw new Error("its content does not match its checksum");
    return content;
  });
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

interface Frame {
  readonly frame: Uint8Array;
  /** The lower half of the content's XXH64; null where the writer left it out. */
  readonly checksum: number | null;
}

function framesOf(bytes: Uint8Array): readonly Frame[] {
  const found: Frame[] = [];
  try {
    readFrames(bytes, found);
  } catch (error) {
    // What lies behind the last byte was asked for.
    throw error instanceof RangeError ? new Error("it is cut off") : error;
  }
  return found;
}

function readFrames(bytes: Uint8Array, found: Frame[]): void {
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length;) {
    const mark = view.getUint32(at, true);
    if (mark >= firstSkippable && mark <= lastSkippable) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (mark !== magic) throw new Error("a frame begins with other bytes than those of Zstandard");
    const start = at;
    const descriptor = view.getUint8(at + 4);
    at = blocksEnd(view, at + headerLength(descriptor));
    const isChecked = (descriptor & 4) > 0;
    const checksum = isChecked ? view.getUint32(at, true) : null;
    if (isChecked) at += 4;
    if (at > bytes.length) throw new RangeError("the last block is longer than the file");
    found.push({ frame: bytes.subarray(start, at), checksum });
  }
}

/** Magic number, descriptor, window, dictionary and content size (section 3.1.1.1). */
function headerLength(descriptor: number): number {
  const single = (descriptor & 32) > 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const size = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  return 5 + (single ? 0 : 1) + dictionary + size;
}

/** Where the blocks that begin at `at` end (section 3.1.1.2): of a repeated byte, only that byte is stored. */
function blocksEnd(view: DataView, at: number): number {
  for (;;) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const isRepeated = ((header >> 1) & 3) === 1;
    at += 3 + (isRepeated ? 1 : header >> 3);
    if ((header & 1) === 1) return at;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
