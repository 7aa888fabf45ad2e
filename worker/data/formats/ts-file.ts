import { DataError } from "../errors.ts";
import { csvOf, type Cell } from "./text-table.ts";

/**
 * A file of the UCR/UEA archive (`.ts`, as aeon and sktime write it) as CSV of layout long: columns sample, step, a column
 * for each dimension, and class (or target) as written. Samples may differ in length; ? is a missing value.
 */
export function tsToCsv(text: string): Buffer {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^@data\b/i.test(line.trim()));
  if (start < 0)
    throw new DataError("the file has no line @data, which the rows of a .ts file follow: add it");
  const settings = lines.slice(0, start).map((line) => line.trim().toLowerCase());
  if (settings.some((line) => /^@timestamps\s+true/.test(line))) {
    throw new DataError(
      "the file has time stamps within its values (@timeStamps true), which are not read: save it without, or as CSV",
    );
  }
  const labelled = settings.some((line) => /^@(?:class|target)label\s+true/.test(line));
  const label = settings.some((line) => /^@targetlabel\s+true/.test(line)) ? "target" : "class";
  let width: number | undefined;
  const rows: Cell[][] = [];
  let sample = 0;
  for (let i = start + 1; i < lines.length; i++) {
    const line = lines[i]!.trim();
    if (line === "" || line.startsWith("#")) continue;
    const parts = line.split(":");
    const name = labelled ? parts.pop()!.trim() : null;
    width ??= parts.length;
    sample++;
    rows.push(
      ...stepsOf(parts, width, i + 1).map((values, step) => [
        sample,
        step + 1,
        ...values,
        ...(labelled ? [name] : []),
      ]),
    );
  }
  const dimensions = width === 1 ? ["value"] : Array.from({ length: width ?? 0 }, (_, d) => `value_${d + 1}`);
  return csvOf(["sample", "step", ...dimensions, ...(labelled ? [label] : [])], rows);
}

/** [steps][dimensions] */
function stepsOf(parts: readonly string[], width: number, line: number): string[][] {
  const series = parts.map((part) => part.split(",").map((value) => value.trim()));
  const steps = series[0]?.length ?? 0;
  if (series.length !== width || series.some(({ length }) => length !== steps)) {
    throw new DataError(
      `line ${line} has dimensions of unequal number or length where the first sample has ${width}: give every dimension of a sample the same steps`,
      { line },
    );
  }
  return Array.from({ length: steps }, (_, step) => series.map((values) => values[step]!));
}
