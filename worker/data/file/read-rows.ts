import { readsStraight, type ColumnReading } from "./column-builder.ts";
import type { CsvScanner } from "./csv-scanner.ts";
import { RowKernel, rowModule } from "./row-kernel.ts";
import type { Rows } from "./rows.ts";

/** Smaller files are read before the kernel would be there. */
const leastBytes = 65_536;

/** Bytes that the row kernel looks at in one go; 0 for files that are read without it. */
export function usualChunk(bytes: number): number {
  return bytes < leastBytes ? 0 : 262_144;
}

/** The kernel is not asked again at once after a stretch shorter than this: it costs more than it saves. */
const shortStretch = 16_384;
/** Records, at most, until it is asked again. */
const mostAlone = 1024;

/**
 * Reads all records: by the row kernel those that are not quoted, by `scanner` the others, in the order of the file. Either
 * gives the same, and only the scanner refuses anything.
 */
export function readRows(
  file: Buffer,
  scanner: CsvScanner,
  rows: Rows,
  reading: ColumnReading,
  chunk: number,
): void {
  const kernel = chunk === 0 ? undefined : kernelFor(file, rows.width, reading, chunk);
  if (kernel === undefined) scanner.scan();
  else takeTurns(kernel, scanner, rows);
}

function takeTurns(kernel: RowKernel, scanner: CsvScanner, rows: Rows): void {
  let alone = 1;
  while (!scanner.atEnd) {
    const { place } = scanner;
    const next = kernel.read(place, rows);
    scanner.goTo(next);
    alone = next.position - place.position < shortStretch ? Math.min(2 * alone, mostAlone) : 1;
    scanner.scan(alone);
  }
}

function kernelFor(
  file: Buffer,
  width: number,
  reading: ColumnReading,
  chunk: number,
): RowKernel | undefined {
  const { delimiter } = reading;
  // A space stands for a run of them, and beyond ASCII a character has several bytes.
  const plain = readsStraight(reading) && delimiter !== " " && delimiter < "\u0080";
  const module = plain && width <= RowKernel.mostCells ? rowModule() : undefined;
  return module && new RowKernel(module, file, { width, delimiter: delimiter.charCodeAt(0) }, chunk);
}
