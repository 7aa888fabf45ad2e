// Walks through a piece of a CSV file, row by row, and reads its plain numbers. worker/data/file/row-kernel.ts is the other
// side. Whatever is not certain at first sight is left to it.
import { takeLong } from "./long-number";
import { closed, closing, other, plain, takeNumber } from "./number";

const quote: i8 = 0x22;
const lf: i8 = 0x0a;
const cr: i8 = 0x0d;

/** What `scan` is given, and how far it came. row-kernel.ts has the same order. */
@unmanaged
class Walk {
  /** The next record, and the line on which it begins. */
  position: usize;
  line: i32;
  end: usize;
  /** Cells of a record. */
  width: i32;
  delimiter: i32;
  /** Rows that there is room for, and other cells. */
  room: i32;
  otherRoom: i32;
  /** [width, room] the numbers, NaN for cells that are none at first sight. */
  numbers: usize;
  /** [room] line on which each row ends. */
  lines: usize;
  /** [otherRoom] */
  others: usize;
  /** [width, room] bytes: the `closing` of each number. */
  closings: usize;
  /** [width] bytes: not 0 for a column where some `closing` is not 0. */
  closed: usize;
  /** Other cells in the rows that were read. */
  found: i32;
  /** The next record is not for this walk. Else it is not there in full, or there is no room for it. */
  odd: i32;
}

/** A cell that is not read yet. */
@unmanaged
class Other {
  row: i32;
  column: i32;
  start: usize;
  end: usize;
}

/** Bytes that are looked through for the ends of cells at once. */
const block: usize = 64;

/**
 * Reads the records between `position` and `end`, and returns how many. Looks at up to 64 bytes behind `end`, and 16 before
 * `position`. Where cells end is found for a whole block before they are read, so that a processor can read several at a time
 * (Langdale and Lemire 2019, "Parsing gigabytes of JSON per second", section 3.1).
 */
export function scan(walk: Walk): i32 {
  const end = walk.end;
  const width = walk.width;
  const delimiter = walk.delimiter;
  const step = <usize>walk.room << 3;
  let row = 0;
  let column = 0;
  let found = 0;
  let start = walk.position;
  let to = walk.numbers;
  const delimiters = i8x16.splat(<i8>delimiter);
  walk.found = 0;
  walk.odd = 0;
  memory.fill(walk.closings, 0, width * walk.room);
  memory.fill(walk.closed, 0, width);
  for (let base = start; base < end; base += block) {
    let marks = marksIn(base, delimiters);
    if (end - base < block) marks &= (<u64>1 << (end - base)) - 1;
    for (; marks != 0; marks &= marks - 1) {
      const stop = base + <usize>ctz(marks);
      if (stop < start) continue; // the second byte of a line end
      const delimits = load<u8>(stop) == delimiter;
      const taken = column < width ? takeNumber(start, stop, to) : other;
      if (taken == plain) {
        column++;
        to += step;
      } else if (column < width && (delimits || column > 0 || stop > start)) {
        if (taken == closed) keepClosing(walk, row, column);
        else if (!takeLong(start, stop, to)) {
          if (hasQuote(start, stop)) return oddAfter(walk, row);
          store<f64>(to, NaN);
          note(walk, found++, row, column, start, stop);
        }
        column++;
        to += step;
      } else if (delimits || stop > start) {
        return oddAfter(walk, row); // a cell too many: only an empty one may end a row, as some programs write it
      }
      start = stop + 1;
      if (delimits) continue;
      if (column > 0 && column < width) return oddAfter(walk, row);
      if (load<u8>(stop) == cr) {
        if (start >= end) return row; // its second byte may be missing
        if (load<u8>(start) == lf) start++;
      }
      if (column > 0) {
        store<i32>(walk.lines + (<usize>row << 2), walk.line);
        walk.found = found;
        row++;
        column = 0;
        to = walk.numbers + (<usize>row << 3);
      }
      walk.line++;
      walk.position = start;
      if (row == walk.room || found + width > walk.otherRoom) return row;
    }
  }
  return row;
}

function oddAfter(walk: Walk, rows: i32): i32 {
  walk.odd = 1;
  return rows;
}

function keepClosing(walk: Walk, row: i32, column: i32): void {
  store<u8>(walk.closings + <usize>(column * walk.room + row), closing);
  store<u8>(walk.closed + column, 1);
}

/** A bit for each of the 64 bytes at `at` that ends a cell. */
@inline
function marksIn(at: usize, delimiters: v128): u64 {
  const first = marksOf(v128.load(at), delimiters) | (marksOf(v128.load(at, 16), delimiters) << 16);
  const second = marksOf(v128.load(at, 32), delimiters) | (marksOf(v128.load(at, 48), delimiters) << 16);
  return <u64>(<u32>first) | (<u64>(<u32>second) << 32);
}

@inline
function marksOf(bytes: v128, delimiters: v128): i32 {
  const lineEnds = v128.or(i8x16.eq(bytes, i8x16.splat(lf)), i8x16.eq(bytes, i8x16.splat(cr)));
  return i8x16.bitmask(v128.or(lineEnds, i8x16.eq(bytes, delimiters)));
}

function note(walk: Walk, index: i32, row: i32, column: i32, start: usize, end: usize): void {
  const other = changetype<Other>(walk.others + <usize>index * offsetof<Other>());
  other.row = row;
  other.column = column;
  other.start = start;
  other.end = end;
}

function hasQuote(start: usize, stop: usize): bool {
  for (let at = start; at < stop; at++) if (load<u8>(at) == quote) return true;
  return false;
}
