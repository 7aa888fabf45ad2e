// Reads one number, as worker/data/file/number-bytes.ts does, but all its digits at once.

const minus: i8 = 0x2d;
const point: i8 = 0x2e;
const zero: i8 = 0x30;
const lf: i8 = 0x0a;
const cr: i8 = 0x0d;

/** Below it digits, places and sign go into one exact number. */
const mostDigits: f64 = 281474976710656; // 2^48

// prettier-ignore
const powers = memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]);

/** `NumberBytes.closing` of the number taken last. */
export let closing: f64 = 0;

/**
 * Puts the number that the cell at `at` holds to `to`, and returns where the cell ends; 0 for a cell that is no decimal
 * of up to 15 characters, or whose value and `closing` do not give its text back. Digits and power of ten are exact, so that the division rounds once
 * (Clinger 1990, section 2).
 */
@inline
export function takeNumber(at: usize, delimiter: i32, to: usize): usize {
  closing = 0;
  const negative = i32(load<u8>(at) == minus);
  const bytes = i8x16.sub(v128.load(at), i8x16.splat(zero));
  const isDigit = i8x16.lt_u(bytes, i8x16.splat(10));
  const mask = i8x16.bitmask(isDigit) >> negative;
  const whole = ctz(~mask);
  const first = at + negative;
  const dotted = load<u8>(first + whole) == point;
  const part = dotted ? ctz(~(mask >> (whole + 1))) : 0;
  const length = negative + whole + part + i32(dotted);
  if (whole == 0 || length > 15 || (dotted && part == 0)) return 0;
  const stop = at + length;
  const mark = load<u8>(stop);
  if (!isCellEnd(mark, delimiter)) return 0;
  if (whole > 1 && load<u8>(first) == zero) return 0;
  const digits = digitsOf(v128.and(bytes, isDigit), length, dotted ? 16 - part : 0);
  const size = digits / load<f64>(powers + (part << 3));
  if (digits == 0 && (dotted || negative)) return 0;
  if (dotted && load<u8>(stop - 1) == zero) {
    if (digits >= mostDigits) return 0;
    const code = 16 * digits + part;
    closing = negative ? -code : code;
  } else if (dotted && size < 1e-6) return 0;
  store<u64>(to, reinterpret<u64>(size) | (<u64>negative << 63));
  return stop;
}

@inline
export function isCellEnd(byte: i32, delimiter: i32): bool {
  return byte == delimiter || byte == lf || byte == cr;
}

/**
 * The number that `length` bytes make: digits, and zeros for a sign and a point. The point stands before the last 16 -
 * `afterPoint` digits, nowhere where that is 0.
 */
@inline
function digitsOf(bytes: v128, length: i32, afterPoint: i32): f64 {
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  // To the right end of the sixteen, those before the point one place further. A place before the first byte gives 0.
  const back = i8x16.lt_s(places, i8x16.splat(<i8>afterPoint));
  const from = i8x16.add(i8x16.add(places, i8x16.splat(<i8>(length - 16))), back);
  const digits = i8x16.swizzle(bytes, from);
  const ones = i16x8.shr_u(digits, 8);
  const tens = i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10));
  const pairs = i16x8.add(tens, ones);
  const fours = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
  const packed = i16x8.narrow_i32x4_s(fours, fours);
  const eights = i32x4.dot_i16x8_s(packed, i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1));
  return 1e8 * <f64>i32x4.extract_lane(eights, 0) + <f64>i32x4.extract_lane(eights, 1);
}
