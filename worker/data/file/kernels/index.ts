// Walks through a piece of a CSV file, row by row, and reads its plain numbers. worker/data/file/row-kernel.ts is the other
// side. Whatever is not certain at first sight is left to it.
import { takeLong } from "./long-number";
import { closing, takeNumber } from "./number";

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
  /** [width] bytes: not 0 for a column of which closing zeros are not asked for any more. */
  silent: usize;
  /** Other cells in the rows that were read. */
  found: i32;
  /** The next record is not for this walk. Else it is not there in full, or there is no room for it. */
  odd: i32;
}

/** A cell whose number does not say all. */
@unmanaged
class Other {
  row: i32;
  column: i32;
  /** Where it stands; 0 where `closing` says it. */
  start: usize;
  end: usize;
  /** See `NumberBytes`; 0 for a cell that is not read yet. */
  closing: f64;
}

/** Reads the records between `position` and `end`, and returns how many. Looks at up to 32 bytes behind `end`. */
export function scan(walk: Walk): i32 {
  const end = walk.end;
  const width = walk.width;
  const delimiter = walk.delimiter;
  const step = <usize>walk.room << 3;
  let row = 0;
  walk.found = 0;
  walk.odd = 0;
  while (row < walk.room && walk.found + width <= walk.otherRoom && walk.position < end) {
    let at = walk.position;
    if (isLineEnd(load<u8>(at))) {
      if (!passLineEnd(walk, at)) break;
      continue;
    }
    let to = walk.numbers + (<usize>row << 3);
    let found = walk.found;
    let column = 0;
    for (;;) {
      let stop = takeNumber(at, delimiter, to);
      if (stop == 0) stop = takeLong(at, delimiter, to);
      if (stop == 0) {
        stop = cellEnd(at, end, delimiter);
        store<f64>(to, NaN);
        note(walk, found++, row, column, at, stop, 0);
      } else if (closing != 0 && load<u8>(walk.silent + column) == 0) {
        note(walk, found++, row, column, 0, 0, closing);
      }
      at = stop;
      if (++column == width || at >= end || load<u8>(at) != delimiter) break;
      at++;
      to += step;
    }
    // Some programs end each row with a separator.
    if (column == width && at + 1 < end && load<u8>(at) == delimiter && isLineEnd(load<u8>(at + 1))) at++;
    if (at >= end) break;
    if (column < width || !isLineEnd(load<u8>(at))) {
      walk.odd = 1;
      break;
    }
    store<i32>(walk.lines + (<usize>row << 2), walk.line);
    if (!passLineEnd(walk, at)) break;
    walk.found = found;
    row++;
  }
  return row;
}

@inline
function isLineEnd(byte: i32): bool {
  return byte == lf || byte == cr;
}

/** Goes on behind the line end at `at`, unless its second byte may be missing. */
@inline
function passLineEnd(walk: Walk, at: usize): bool {
  let next = at + 1;
  if (load<u8>(at) == cr) {
    if (next >= walk.end) return false;
    if (load<u8>(next) == lf) next++;
  }
  walk.position = next;
  walk.line++;
  return true;
}

function note(walk: Walk, index: i32, row: i32, column: i32, start: usize, end: usize, closing: f64): void {
  const other = changetype<Other>(walk.others + <usize>index * offsetof<Other>());
  other.row = row;
  other.column = column;
  other.start = start;
  other.end = end;
  other.closing = closing;
}

/** Where the cell at `at` ends, or where a quote stands in it; `end` or later where that is not there. */
function cellEnd(at: usize, end: usize, delimiter: i32): usize {
  for (; at < end; at += 16) {
    const bytes = v128.load(at);
    const lineEnds = v128.or(i8x16.eq(bytes, i8x16.splat(lf)), i8x16.eq(bytes, i8x16.splat(cr)));
    const others = v128.or(i8x16.eq(bytes, i8x16.splat(<i8>delimiter)), i8x16.eq(bytes, i8x16.splat(quote)));
    const found = i8x16.bitmask(v128.or(lineEnds, others));
    if (found != 0) return at + ctz(found);
  }
  return at;
}
