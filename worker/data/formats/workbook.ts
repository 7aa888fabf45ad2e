import { DataError, listed } from "../errors.ts";
import { csvOf, type Cell } from "./text-table.ts";
import { requireWholeZip } from "./zip-checksums.ts";
import { plainMoments } from "./workbook-times.ts";

/** One sheet of an Excel workbook (.xlsx) as CSV: the values as they are stored, times without a zone. */
export async function workbookToCsv(bytes: Uint8Array, wanted: string | undefined): Promise<Buffer> {
  const { default: readWorkbook } = await import("read-excel-file/node");
  let sheets;
  try {
    requireWholeZip(bytes);
    sheets = await readWorkbook(Buffer.from(bytes));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `the file is not an Excel workbook that can be read (${why.replaceAll("\n", " ")}): save it again, or as CSV UTF-8`,
    );
  }
  const names = sheets.map(({ sheet }) => sheet);
  const filled = sheets.filter(({ data }) => data.length > 0);
  const found = wanted === undefined ? filled[0] : sheets.find(({ sheet }) => sheet === wanted);
  if (found === undefined || (wanted === undefined && filled.length > 1)) {
    const what = wanted === undefined ? `has ${filled.length} sheets` : `has no sheet "${wanted}"`;
    throw new DataError(`the workbook ${what}: set \`sheet\` in \`data\` to one of ${listed(names)}`, {
      setting: "sheet",
    });
  }
  const [header = [], ...rows] = found.data.map((row) => row.map(cellOf));
  return csvOf(
    header.map((name) => (name === null || name === undefined ? "" : String(name))),
    plainMoments(rows.filter((row) => row.some((value) => value !== null))),
  );
}

function cellOf(value: unknown): Cell {
  const plain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return plain || value instanceof Date ? value : null;
}
