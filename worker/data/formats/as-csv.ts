import { gunzipSync } from "node:zlib";
import { DataError } from "../errors.ts";
import { arffToCsv } from "./arff.ts";
import { jsonToCsv } from "./json.ts";
import { parquetToCsv } from "./parquet.ts";
import { tsToCsv } from "./ts-file.ts";
import { workbookToCsv } from "./workbook.ts";
import { isZstandard, unpackZstandard } from "./zstandard.ts";

export interface FormatOptions {
  /** Of an Excel workbook. */
  readonly sheet?: string | undefined;
}

/**
 * The bytes of a data file as those of a CSV file. Formats are known by their content: gzip, Zstandard, Parquet,
 * Excel (.xlsx), JSON (lines, or one array), .ts of the UCR/UEA archive, .arff. Everything else is given back as it is.
 */
export async function asCsv(bytes: Uint8Array, options: FormatOptions = {}): Promise<Uint8Array> {
  if (startsWith(bytes, [0x1f, 0x8b])) return asCsv(await unpacked("gzip", () => gunzipSync(bytes)), options);
  if (isZstandard(bytes)) return asCsv(await unpacked("Zstandard", () => unpackZstandard(bytes)), options);
  if (startsWith(bytes, [0x50, 0x41, 0x52, 0x31])) return parquetToCsv(bytes);
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) && Buffer.from(bytes).includes("xl/")) {
    return workbookToCsv(bytes, options.sheet);
  }
  const head = Buffer.from(bytes.subarray(0, 65_536))
    .toString("utf8")
    .replace(/^\ufeff/, "");
  const text = (): string =>
    Buffer.from(bytes)
      .toString("utf8")
      .replace(/^\ufeff/, "");
  if (/^\s*(?:\{\s*["}]|\[\s*[{\]])/.test(head)) return jsonToCsv(text());
  const first = head.split(/\r?\n/).find((line) => !/^\s*(?:[#%].*)?$/.test(line)) ?? "";
  if (/^\s*@relation\b/i.test(first)) return arffToCsv(text());
  return /^\s*@(?:problemname|timestamps|univariate|missing|dimensions|equallength)\b/i.test(first)
    ? tsToCsv(text())
    : bytes;
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte);
}

async function unpacked(kind: string, unpack: () => Uint8Array | Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await unpack();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `the file is damaged: it begins as ${kind} data and cannot be unpacked (${why}): copy or pack it again`,
    );
  }
}
