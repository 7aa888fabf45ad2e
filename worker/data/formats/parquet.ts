import { gunzipSync } from "node:zlib";
import type { Compressors, ParquetParsers } from "hyparquet";
import { DataError } from "../errors.ts";
import { stampText } from "../file/moments.ts";
import { csvOf, type Cell } from "./text-table.ts";

/** A Parquet file as CSV: its columns of numbers, texts, booleans and times. */
export async function parquetToCsv(bytes: Uint8Array): Promise<Buffer> {
  const [{ parquetMetadata, parquetReadObjects }, { compressors }, { requireWholePages }] = await Promise.all(
    [import("hyparquet"), import("hyparquet-compressors"), import("./parquet-checksums.ts")],
  );
  const file = new Uint8Array(bytes).buffer;
  let rows: Record<string, unknown>[];
  try {
    const metadata = parquetMetadata(file);
    requireWholePages(file, metadata);
    rows = await parquetReadObjects({
      file,
      metadata,
      compressors: sparingEmpty({ ...compressors, GZIP: (input) => gunzipSync(input) }),
      parsers: fineTimes,
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `the file is not a Parquet file that can be read (${why.replaceAll("\n", " ")}): save it again, or as CSV`,
    );
  }
  const header = Object.keys(rows[0] ?? {});
  return csvOf(
    header,
    rows.map((row, i) => header.map((name) => cellOf(row[name], name, i + 1))),
  );
}

/** As text to the microsecond: by itself hyparquet 1.33.0 makes `Date`s of them, which end at milliseconds. */
const fineTimes: Partial<ParquetParsers> = {
  timestampFromMicroseconds: (micros: bigint) => microsecondText(micros),
  timestampFromNanoseconds: (nanos: bigint) => microsecondText(nanos / 1000n),
};

/** The furthest a `Date` goes from 1970, in milliseconds. */
const latestDate = 8.64e15;

function microsecondText(micros: bigint): string {
  const time = Number(micros) / 1000;
  return Math.abs(time) > latestDate ? "" : stampText(time);
}

/**
 * hyparquet-compressors 1.1.2 refuses what LZ4 makes of nothing, one byte 0: the values of a page where all are missing.
 * What is empty needs no decompression.
 */
function sparingEmpty(compressors: Compressors): Compressors {
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, decompress]) => [
      codec,
      (input: Uint8Array, length: number) => (length === 0 ? new Uint8Array(0) : decompress(input, length)),
    ]),
  );
}

function cellOf(value: unknown, column: string, row: number): Cell {
  if (value === null || value === undefined || value instanceof Date) return value;
  if (typeof value === "number") return Number.isNaN(value) ? null : value;
  if (typeof value === "string" || typeof value === "bigint" || typeof value === "boolean") return value;
  throw new DataError(
    `row ${row}, column "${column}", holds a list or a structure: give every value a column of its own`,
    { column },
  );
}
