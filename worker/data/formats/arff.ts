import { DataError } from "../errors.ts";
import { csvOf } from "./text-table.ts";

/** A file of Weka (`.arff`) as CSV: a column for each attribute, classes as written, ? for a missing value. */
export function arffToCsv(text: string): Buffer {
  const names: string[] = [];
  const rows: string[][] = [];
  let inData = false;
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("%")) continue;
    if (inData) rows.push(rowOf(line, i + 1, names.length));
    else if (/^@data\b/i.test(line)) inData = true;
    else if (/^@attribute\b/i.test(line)) names.push(nameOf(line, i + 1));
  }
  if (!inData)
    throw new DataError("the file has no line @data, which the rows of an .arff file follow: add it");
  return csvOf(names, rows);
}

function nameOf(line: string, number: number): string {
  const found = /^@attribute\s+(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\S+))\s+(.*)$/i.exec(line);
  if (found === null)
    throw new DataError(`line ${number} names no attribute and type: write @attribute name numeric`, {
      line: number,
    });
  if (/^relational\b/i.test(found[4]!)) {
    throw new DataError(
      `line ${number} is a relational attribute (a series within a cell), which is not read: take the .ts file of the same set`,
      { line: number },
    );
  }
  return found[1] ?? found[2] ?? found[3]!;
}

function rowOf(line: string, number: number, width: number): string[] {
  if (line.startsWith("{")) {
    throw new DataError(`line ${number} is a sparse row, which is not read: write every value`, {
      line: number,
    });
  }
  const found = [...line.matchAll(/\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)/g)];
  // After a last value the end of the line matches once more.
  const cells = (line.endsWith(",") ? found : found.slice(0, -1)).map((match) =>
    (match[1] ?? match[2] ?? match[3] ?? "").trim(),
  );
  if (cells.length === width) return cells;
  throw new DataError(
    `line ${number} has ${cells.length} values where there are ${width} attributes: correct that line`,
    {
      line: number,
    },
  );
}
