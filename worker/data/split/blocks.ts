import type { Table } from "../file/table.ts";

/** The rows of one series, in time order. `name` tells it apart; absent where the file holds one series. */
export interface Block {
  readonly name?: string;
  readonly start: number;
  readonly end: number;
  /** The same series goes on in the next block, after a gap (`gaps: cut`). */
  readonly continues?: boolean;
}

/** A table whose series lie one after another, each in rising order of time. */
export interface Arranged {
  readonly table: Table;
  readonly blocks: readonly Block[];
  /** [rows] milliseconds since 1970. */
  readonly times?: Float64Array;
}
