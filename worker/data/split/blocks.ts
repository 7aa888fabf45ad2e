import type { Table } from "../file/table.ts";

/** The rows of one series, in time order. `name` tells it apart; absent where the file holds one series. */
export interface Block {
  readonly name?: string;
  readonly start: number;
  readonly end: number;
  /** The same series goes on in the next block, after a gap (`gaps: cut`). */
  readonly continues?: boolean;
}

/** The place in `blocks`, which rise, of the one that holds a row; -1 where none does. */
export function blockAt(blocks: readonly Pick<Block, "start" | "end">[], row: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (blocks[middle]!.end <= row) low = middle + 1;
    else high = middle;
  }
  return low < blocks.length && blocks[low]!.start <= row ? low : -1;
}

/** A table whose series lie one after another, each in rising order of time. */
export interface Arranged {
  readonly table: Table;
  readonly blocks: readonly Block[];
  /** [rows] milliseconds since 1970. */
  readonly times?: Float64Array;
}
