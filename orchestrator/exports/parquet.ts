import { parquetWriteBuffer, type ColumnSource } from "hyparquet-writer";
import type { Cell, Table } from "./tables.ts";

/** A table as a Parquet file. A column of whole numbers, numbers, or truth values is one; any other holds texts. */
export function parquetOf({ columns, rows }: Table): Uint8Array {
  const columnData = columns.map((name, index) =>
    columnOf(
      name,
      rows.map((row) => row[index] ?? null),
    ),
  );
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function columnOf(name: string, cells: readonly Cell[]): ColumnSource {
  const given = cells.filter((cell) => cell !== null);
  const every = (is: (cell: Cell) => boolean): boolean => given.length > 0 && given.every(is);
  const common = { name, nullable: true };
  if (every((cell) => typeof cell === "boolean")) return { ...common, data: [...cells], type: "BOOLEAN" };
  if (every(isWhole)) return { ...common, data: cells.map(toBigInt), type: "INT64" };
  if (every((cell) => typeof cell === "number")) {
    // Without a dictionary: the one of hyparquet-writer 0.17 takes 0 and -0 for one value.
    return { ...common, data: [...cells], type: "DOUBLE", encoding: "PLAIN" };
  }
  return { ...common, data: cells.map((cell) => (cell === null ? null : String(cell))), type: "STRING" };
}

function isWhole(cell: Cell): boolean {
  return typeof cell === "number" && Number.isSafeInteger(cell) && !Object.is(cell, -0);
}

function toBigInt(cell: Cell): bigint | null {
  return typeof cell === "number" ? BigInt(cell) : null;
}
