// Reads one number, as worker/data/file/number-bytes.ts does, but all its digits at once.

const minus: i8 = 0x2d;
const point: i8 = 0x2e;
const zero: i8 = 0x30;

/** Below it the digits of a fraction follow from its value and their number. */
const mostDigits: f64 = 281474976710656; // 2^48

// Vectors and tables are loaded: V8 makes a constant vector again wherever it is used.

// prettier-ignore
/** By the place of the point in 16 bytes: the power of ten of the digits behind it. */
const powers = memory.data<f64>([1e15, 1e14, 1e13, 1e12, 1e11, 1e10, 1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1]);

// prettier-ignore
/** 16 bytes from `length` on: no bit of those before a cell at the right end, and all of its own. */
const cellBytes = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
]);

// prettier-ignore
/** 16 bytes from 16 · n on, n the place of the point: bytes before it go one place further, over it. */
const closeUp = memory.data<u8>([
  255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  255, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  255, 0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  255, 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  255, 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  255, 0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  255, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  255, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15,
  255, 0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15,
  255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15,
  255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15,
  255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15,
  255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15,
  255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15,
  255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15,
]);

// prettier-ignore
const zeros = memory.data<u8>([48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48]);
const nines = memory.data<u8>([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
const evenBytes = memory.data<u16>([255, 255, 255, 255, 255, 255, 255, 255]);
const tens = memory.data<i16>([10, 10, 10, 10, 10, 10, 10, 10]);
const hundreds = memory.data<i16>([100, 1, 100, 1, 100, 1, 100, 1]);
const tenThousands = memory.data<i16>([10000, 1, 10000, 1, 10000, 1, 10000, 1]);
const halves = memory.data<f64>([1e8, 1]);

/** What `takeNumber` found. */
export const other = 0;
export const plain = 1;
/** Closing zeros: see `closing`. */
export const closed = 2;

/** `NumberBytes.closing` of the number with closing zeros taken last. */
export let closing: i32 = 0;

/**
 * Puts the number that the cell from `start` to `stop` holds to `to`; `other` for a cell that is no decimal
 * of up to 15 characters, or whose value and `closing` do not give its text back. Digits and power of ten are exact, so that the division rounds once
 * (Clinger 1990, section 2).
 */
@inline
export function takeNumber(start: usize, stop: usize, to: usize): i32 {
  const length = <u32>(stop - start);
  if (length - 1 > 14) return other;
  // The cell at the right end of sixteen bytes.
  const inCell = v128.load(cellBytes + length);
  const bytes = i8x16.sub(v128.load(stop - 16), v128.load(zeros));
  const isDigit = v128.and(i8x16.le_u(bytes, v128.load(nines)), inCell);
  const digits = v128.and(bytes, isDigit);
  const negative = <u32>(load<u8>(start) == minus);
  const all: u32 = i8x16.bitmask(inCell) ^ i8x16.bitmask(isDigit);
  const others = all & (all - negative); // without the sign, which comes first
  const leadingZero = load<u8>(start + negative) == zero;
  let size: f64;
  let found = plain;
  if (others == 0) {
    if (length == negative || (leadingZero && length > 1)) return other;
    size = wholeOf(digits);
  } else {
    const dot = ctz(others);
    const whole = dot + length - negative - 16;
    if ((others & (others - 1)) != 0 || load<u8>(stop - 16 + dot) != point) return other;
    if (whole == 0 || dot == 15 || (leadingZero && whole > 1)) return other;
    const number = wholeOf(i8x16.swizzle(digits, v128.load(closeUp + (<usize>dot << 4))));
    size = number / load<f64>(powers + (<usize>dot << 3));
    if (load<u8>(stop - 1) == zero) {
      if (number == 0 || number >= mostDigits) return other;
      closing = 15 - dot;
      found = closed;
    } else if (dot < 9 && size < 1e-6) return other;
  }
  store<u64>(to, reinterpret<u64>(size) | (<u64>negative << 63));
  return found;
}

/** The number that 16 digits make. */
@inline
function wholeOf(digits: v128): f64 {
  const ones = i16x8.shr_u(digits, 8);
  const pairs = i16x8.add(i16x8.mul(v128.and(digits, v128.load(evenBytes)), v128.load(tens)), ones);
  const fours = i32x4.dot_i16x8_s(pairs, v128.load(hundreds));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), v128.load(tenThousands));
  const parts = f64x2.mul(f64x2.convert_low_i32x4_s(eights), v128.load(halves));
  return f64x2.extract_lane(parts, 0) + f64x2.extract_lane(parts, 1);
}
