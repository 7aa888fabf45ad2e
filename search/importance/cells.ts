import type { Dimension } from "../samplers/bayes/encoding.ts";

/** Cells of a dimension: a set of them is the bits of a 32-bit number. */
export const MAX_CELLS = 32;

export function cellCount({ kind, levels }: Dimension): number {
  return kind === "choice" ? Math.min(levels, MAX_CELLS) : MAX_CELLS;
}

/** Cell of a coordinate, 0 to cellCount - 1; a coordinate that is absent falls into the middle (of choices: 0). */
export function cellOf({ kind, levels }: Dimension, coordinate: number): number {
  if (Number.isNaN(coordinate)) return kind === "choice" ? 0 : MAX_CELLS / 2;
  if (kind === "choice")
    return levels <= MAX_CELLS ? coordinate : Math.floor((coordinate * MAX_CELLS) / levels);
  return Math.min(Math.floor(coordinate * MAX_CELLS), MAX_CELLS - 1);
}

export function allCells(count: number): number {
  return count === 32 ? 0xffffffff : 2 ** count - 1;
}

export function has(cells: number, cell: number): boolean {
  return ((cells >>> cell) & 1) === 1;
}

/** Number of cells in a set. */
export function size(cells: number): number {
  let count = 0;
  for (let rest = cells; rest !== 0; rest &= rest - 1) count++;
  return count;
}
