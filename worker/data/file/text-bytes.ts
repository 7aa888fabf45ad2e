import { isUtf8 } from "node:buffer";
import { DataError } from "../errors.ts";

/** The text of a file as UTF-8 without a byte order mark. Reads UTF-8, and UTF-16 with a mark; refuses everything else. */
export function textBytes(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length === 0) throw new DataError("the file is empty: give a CSV file with a header and rows");
  if (startsWith(buffer, [0xff, 0xfe])) return Buffer.from(buffer.toString("utf16le", 2), "utf8");
  if (startsWith(buffer, [0xfe, 0xff])) return fromBigEndian(buffer.subarray(2));
  refuseBinary(buffer);
  return startsWith(buffer, [0xef, 0xbb, 0xbf]) ? buffer.subarray(3) : buffer;
}

function fromBigEndian(units: Buffer): Buffer {
  const even = Buffer.from(units.subarray(0, units.length - (units.length % 2)));
  return Buffer.from(even.swap16().toString("utf16le"), "utf8");
}

function startsWith(buffer: Buffer, mark: readonly number[]): boolean {
  return mark.every((byte, i) => buffer[i] === byte);
}

/** What files begin with that people take for tables. */
const kinds: readonly (readonly [start: string, name: string])[] = [
  ["PK\u0003\u0004", "a ZIP archive"],
  ["\u00d0\u00cf\u0011\u00e0", "an old Excel workbook (.xls)"],
  ["%PDF", "a PDF document"],
  ["SQLite format 3", "an SQLite database"],
  ["\u0093NUMPY", "a NumPy array (.npy)"],
  ["\u0089HDF", "an HDF5 file"],
  ["CDF", "a NetCDF file"],
  ["ARROW1", "an Arrow file"],
  ["FEA1", "a Feather file"],
  ["BZh", "compressed by bzip2"],
  ["\u00fd7zXZ", "compressed by xz"],
  ["7z\u00bc\u00af", "a 7z archive"],
  ["MATLAB 5.0", "a MATLAB file"],
];

/** NUL bytes early on mean UTF-16 without a mark, a spreadsheet, an archive, ... anything but text. */
function refuseBinary(buffer: Buffer): void {
  const head = buffer.toString("latin1", 0, 16);
  const kind = kinds.find(([start]) => head.startsWith(start))?.[1];
  if (kind !== undefined) {
    throw new DataError(`the file is ${kind}, not text: save the table in it as CSV in UTF-8`);
  }
  if (buffer.subarray(0, 4096).includes(0)) {
    throw new DataError("the file is not text: save the table as CSV in UTF-8");
  }
  if (isUtf8(buffer)) return;
  const line = lineOfBadByte(buffer);
  throw new DataError(
    `line ${line} is not UTF-8, in which letters such as é are written (Windows-1252 or Latin-1, probably): save the file as "CSV UTF-8"`,
    { line },
  );
}

function lineOfBadByte(buffer: Buffer): number {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = buffer.indexOf("\n", start);
    if (end < 0 || !isUtf8(buffer.subarray(start, end))) return line;
    line++;
    start = end + 1;
  }
}
