// Reads decimals with more digits than a double holds exactly, as measurements in full precision have them
// (Lemire 2021, "Number parsing at a gigabyte per second", section 5).

const minus: i8 = 0x2d;
const point: i8 = 0x2e;
const zero: i8 = 0x30;

const mostDigits: usize = 19;
/** With a sign and a point. */
const mostBytes: usize = 21;
const leastBytes: usize = 16;

// prettier-ignore
/** The first 128 bits of 5^-k, rounded up, the upper half before the lower one. */
const fifths = memory.data<u64>([
  0x8000000000000000, 0x0000000000000000,
  0xcccccccccccccccc, 0xcccccccccccccccd, // 5^-1
  0xa3d70a3d70a3d70a, 0x3d70a3d70a3d70a4, // 5^-2
  0x83126e978d4fdf3b, 0x645a1cac083126ea, // 5^-3
  0xd1b71758e219652b, 0xd3c36113404ea4a9, // 5^-4
  0xa7c5ac471b478423, 0x0fcf80dc33721d54, // 5^-5
  0x8637bd05af6c69b5, 0xa63f9a49c2c1b110, // 5^-6
  0xd6bf94d5e57a42bc, 0x3d32907604691b4d, // 5^-7
  0xabcc77118461cefc, 0xfdc20d2b36ba7c3e, // 5^-8
  0x89705f4136b4a597, 0x31680a88f8953031, // 5^-9
  0xdbe6fecebdedd5be, 0xb573440e5a884d1c, // 5^-10
  0xafebff0bcb24aafe, 0xf78f69a51539d749, // 5^-11
  0x8cbccc096f5088cb, 0xf93f87b7442e45d4, // 5^-12
  0xe12e13424bb40e13, 0x2865a5f206b06fba, // 5^-13
  0xb424dc35095cd80f, 0x538484c19ef38c95, // 5^-14
  0x901d7cf73ab0acd9, 0x0f9d37014bf60a11, // 5^-15
  0xe69594bec44de15b, 0x4c2ebe687989a9b4, // 5^-16
  0xb877aa3236a4b449, 0x09befeb9fad487c3, // 5^-17
  0x9392ee8e921d5d07, 0x3aff322e62439fd0, // 5^-18
  0xec1e4a7db69561a5, 0x2b31e9e3d06c32e6, // 5^-19
]);

/**
 * Puts the decimal with a point that the cell from `start` to `stop` holds to `to`; false for a cell that is none, has
 * less than 16 characters, more than 19 digits or no value but 0.
 */
export function takeLong(start: usize, stop: usize, to: usize): bool {
  if (stop - start < leastBytes || stop - start > mostBytes) return false;
  const negative = <usize>(load<u8>(start) == minus);
  const first = start + negative;
  let digits: u64 = 0;
  let dot: usize = 0;
  for (let at = first; at < stop; at++) {
    const byte = load<u8>(at);
    const digit = <u32>byte - zero;
    if (digit <= 9) digits = 10 * digits + digit;
    else if (byte == point && dot == 0) dot = at;
    else return false;
  }
  const places = stop - dot - 1;
  if (dot <= first || places == 0 || stop - first - 1 > mostDigits || digits == 0) return false;
  store<u64>(to, nearest(digits, <i32>places) | (<u64>negative << 63));
  return true;
}

/** The bits of the double nearest to digits / 10^places. */
function nearest(digits: u64, places: i32): u64 {
  const shift = clz(digits);
  const whole = digits << shift;
  const upper = load<u64>(fifths + (<usize>places << 4));
  let low = whole * upper;
  let high = upperProduct(whole, upper);
  if ((high & 0x1ff) == 0x1ff) {
    const more = upperProduct(whole, load<u64>(fifths + (<usize>places << 4), 8));
    low += more;
    if (low < more) high++;
  }
  const top = high >> 63;
  let mantissa = high >> (top + 9);
  // Half way between two doubles: to the even one.
  if (low <= 1 && places <= 4 && (mantissa & 3) == 1 && mantissa << (top + 9) == high) mantissa &= ~1;
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  let exponent = <u64>(((-217706 * places) >> 16) + 63 + 1023) + top - shift;
  if (mantissa >= 1 << 53) {
    mantissa = 1 << 52;
    exponent++;
  }
  return (mantissa & ~(1 << 52)) | (exponent << 52);
}

/** The upper 64 bits of the product. */
@inline
function upperProduct(a: u64, b: u64): u64 {
  const low = (a & 0xffffffff) * (b & 0xffffffff);
  const middle = (a >> 32) * (b & 0xffffffff) + (low >> 32);
  const other = (a & 0xffffffff) * (b >> 32) + (middle & 0xffffffff);
  return (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
}
