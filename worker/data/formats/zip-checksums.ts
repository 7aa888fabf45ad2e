import { crc32, inflateRawSync } from "node:zlib";

const [endMark, entryMark] = [0x06054b50, 0x02014b50];
/** What the end of a ZIP file takes at least, and the longest comment behind it. */
const [endLength, longestComment] = [22, 65_535];
const [stored, deflated] = [0, 8];

/**
 * Throws an Error where what a file of a ZIP archive holds does not match its CRC-32 (APPNOTE 4.4.7): what unpacks workbooks
 * (fflate 0.8.3, for read-excel-file) does not compare them, and damage could pass as other numbers. Archives beyond 4 GB and methods
 * other than Deflate are left to it.
 */
export function requireWholeZip(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== entryMark) throw new Error("its list of files is damaged");
    requireWhole(view, bytes, at);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
}

function endOf(view: DataView): number {
  const last = view.byteLength - endLength;
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    if (view.getUint32(at, true) === endMark) return at;
  }
  throw new Error("it is cut off");
}

function requireWhole(view: DataView, bytes: Uint8Array, entry: number): void {
  const method = view.getUint16(entry + 10, true);
  const local = view.getUint32(entry + 42, true);
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const packed = bytes.subarray(start, start + view.getUint32(entry + 20, true));
  if (method !== stored && method !== deflated) return;
  const content = method === stored ? packed : inflateRawSync(packed);
  if (crc32(content) !== view.getUint32(entry + 16, true))
    throw new Error("a part of it does not match its checksum");
}
