import { existsSync, readFileSync } from "node:fs";
import type { Place } from "./csv-scanner.ts";

/** Rows of plain numbers that were read at once, and the cells in them whose number does not say all. */
export interface RowSink {
  /**
   * Takes the numbers of a column [rows], NaN where the cell is none at first sight, and [rows] their `NumberBytes.closing` where any
   * has closing zeros. They are overwritten later.
   */
  numbers(column: number, values: Float64Array, closings: Uint8Array | undefined): void;
  /** A cell that is not read yet, unquoted. */
  unread(column: number, row: number, start: number, end: number): void;
  /** [rows] line on which each row ends. Overwritten later. */
  lines(values: Int32Array): void;
}

/** Cells of a record, and what stands between them. */
export interface RowShape {
  readonly width: number;
  readonly delimiter: number;
}

/** Fields of `Walk` in kernels/index.ts, by their place. */
const walk = {
  position: 0,
  line: 1,
  end: 2,
  width: 3,
  delimiter: 4,
  room: 5,
  otherRoom: 6,
  numbers: 7,
  lines: 8,
  others: 9,
  closings: 10,
  closed: 11,
  found: 12,
  odd: 13,
} as const;

let module: WebAssembly.Module | null | undefined;

/** The compiled kernel; nothing where it was not built, or where the processor lacks its instructions. */
export function rowModule(): WebAssembly.Module | undefined {
  module ??= loadModule();
  return module ?? undefined;
}

function loadModule(): WebAssembly.Module | null {
  const file = new URL("./build/rows.wasm", import.meta.url);
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
}

const page = 65_536;
/** The kernel's own data lie before. */
const walkAt = page / 2;
const inputAt = page;
/** That the kernel may look at behind the input. */
const margin = 64;
const cells = 131_072;
const mostOthers = 16_384;
const otherBytes = 16;

/** A CSV file, walked through by a kernel in WebAssembly as far as its rows are unquoted and as wide as they ought to be. */
export class RowKernel {
  /** Records may have as many cells. */
  static readonly mostCells = mostOthers;

  private readonly scan: (walk: number) => number;
  private readonly memory: ArrayBuffer;
  private readonly state: Int32Array;
  private readonly input: Uint8Array;
  /** [columns] not 0: some numbers have closing zeros. */
  private readonly closed: Uint8Array;
  private readonly room: number;
  private readonly file: Uint8Array;
  /** Bytes of the file that lie in `input`. */
  private from = 0;
  private until = 0;

  /** `chunk`: bytes to be looked at in one go. */
  constructor(module: WebAssembly.Module, file: Uint8Array, { width, delimiter }: RowShape, chunk: number) {
    const numbersAt = inputAt + Math.ceil((chunk + margin) / 8) * 8;
    const linesAt = numbersAt + 8 * cells;
    const othersAt = linesAt + 4 * cells;
    const closingsAt = othersAt + otherBytes * mostOthers;
    const closedAt = closingsAt + cells;
    const bytes = closedAt + width;
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / page) });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    this.scan = exports["scan"] as RowKernel["scan"];
    this.memory = memory.buffer;
    this.file = file;
    this.input = new Uint8Array(this.memory, inputAt, chunk);
    this.room = Math.floor(cells / width);
    this.state = new Int32Array(this.memory, walkAt, Object.keys(walk).length);
    this.state[walk.width] = width;
    this.state[walk.delimiter] = delimiter;
    this.state[walk.room] = this.room;
    this.state[walk.otherRoom] = mostOthers;
    this.state[walk.numbers] = numbersAt;
    this.state[walk.lines] = linesAt;
    this.state[walk.others] = othersAt;
    this.state[walk.closings] = closingsAt;
    this.state[walk.closed] = closedAt;
    this.closed = new Uint8Array(this.memory, closedAt, width);
  }

  /** Reads on from a place, and says where it came to; the very place where the next record is not for this walk. */
  read(place: Place, sink: RowSink): Place {
    let { position, line } = place;
    for (;;) {
      const held = position >= this.from && position < this.until;
      if (!held) this.load(position);
      const { state } = this;
      state[walk.position] = inputAt + position - this.from;
      state[walk.line] = line;
      state[walk.end] = inputAt + this.until - this.from;
      const rows = this.scan(walkAt);
      const next = this.from + state[walk.position]! - inputAt;
      if (rows > 0) this.give(rows, sink);
      const stuck = next === position && this.from === position;
      position = next;
      line = state[walk.line]!;
      if (state[walk.odd] !== 0 || stuck || position >= this.file.length) return { position, line };
      if (rows === 0 && next === position) this.until = this.from; // the rest of the record is to be loaded
    }
  }

  private load(position: number): void {
    this.from = position;
    this.until = Math.min(position + this.input.length, this.file.length);
    this.input.set(this.file.subarray(position, this.until));
  }

  private give(rows: number, sink: RowSink): void {
    const { state, memory, room, closed } = this;
    const numbersAt = state[walk.numbers]!;
    const closingsAt = state[walk.closings]!;
    for (let column = 0; column < closed.length; column++) {
      const values = new Float64Array(memory, numbersAt + 8 * column * room, rows);
      const some = closed[column]! > 0;
      sink.numbers(
        column,
        values,
        some ? new Uint8Array(memory, closingsAt + column * room, rows) : undefined,
      );
    }
    const found = state[walk.found]!;
    const places = new Int32Array(memory, state[walk.others], (found * otherBytes) / 4);
    const moved = this.from - inputAt;
    for (let i = 0; i < 4 * found; i += 4)
      sink.unread(places[i + 1]!, places[i]!, places[i + 2]! + moved, places[i + 3]! + moved);
    sink.lines(new Int32Array(memory, state[walk.lines], rows));
  }
}
