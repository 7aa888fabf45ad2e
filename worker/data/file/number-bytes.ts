/** What `scanNumber` found out about the bytes of a cell. */
export interface NumberBytes {
  value: number;
  /** `${value}` is the very text, or the text is a measurement with more digits than a name has. */
  plain: boolean;
  /** Digits behind the point of a fraction such as 1.50, which `${value}` does not give back for its closing zeros alone. 0 for all else. */
  closing: number;
}

/** Below it the digits of a fraction follow from its value and their number. */
const mostDigits = 2 ** 48;

/** 10^exponent, up to 15. */
export const powers = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const tab = 0x09;
const lf = 0x0a;
const cr = 0x0d;
const space = 0x20;

/**
 * Reads the unsigned or negative decimal such as -12.5, of up to 15 digits, that begins at byte `start`, straight from the
 * bytes. Returns where it ends, which is before a line end, `delimiter` or the end of the bytes; -1 for anything else, however
 * much it is a number. The value is the nearest double: digits and power of ten are exact, so that the division rounds
 * once (Clinger 1990, section 2).
 */
export function scanNumber(buffer: Uint8Array, start: number, delimiter: number, found: NumberBytes): number {
  const { length } = buffer;
  const negative = start < length && buffer[start] === minus;
  const first = negative ? start + 1 : start;
  // The first nine digits and those after them, so that both fit in 32 bits, in which processors multiply fastest.
  let head = 0;
  let tail = 0;
  let count = 0;
  let dot = -1;
  let at = first;
  for (; at < length; at++) {
    const digit = buffer[at]! - zero;
    if (digit >= 0 && digit <= 9) {
      if (count < 9) head = head * 10 + digit;
      else tail = tail * 10 + digit;
      if (++count > 15) return -1;
    } else if (digit === point - zero && dot < 0) dot = at;
    else break;
  }
  const whole = (dot < 0 ? at : dot) - first;
  if (whole === 0 || at - start > 16 || !isCellEnd(buffer, at, delimiter)) return -1;
  const part = count - whole;
  const digits = count <= 9 ? head : head * powers[count - 9]! + tail;
  const size = digits / powers[part]!;
  found.value = negative ? -size : size;
  const short = at - start <= 15;
  const leadingZero = whole > 1 && buffer[first] === zero;
  const trailingZero = dot >= 0 && (part === 0 || buffer[at - 1] === zero);
  found.closing =
    trailingZero && part > 0 && !leadingZero && short && digits > 0 && digits < mostDigits ? part : 0;
  found.plain = !leadingZero && !trailingZero && short && (size === 0 ? dot < 0 && !negative : size >= 1e-6);
  return at;
}

function isCellEnd(buffer: Uint8Array, at: number, delimiter: number): boolean {
  if (at >= buffer.length) return true;
  const byte = buffer[at];
  return byte === delimiter || byte === lf || byte === cr || (byte === tab && delimiter === space);
}

/** A decimal with a point (and an exponent, perhaps) of more than 15 characters, as measurements in full precision are. */
export function isLongFraction(buffer: Uint8Array, start: number, end: number): boolean {
  if (end - start < 16 || end - start > 32) return false;
  let at = buffer[start] === minus ? start + 1 : start;
  let dots = 0;
  const first = at;
  for (; at < end; at++) {
    const byte = buffer[at]!;
    if (byte === point) dots++;
    else if (byte < zero || byte > zero + 9) break;
  }
  if (dots !== 1 || buffer[first] === point || at - first < 3) return false;
  return at === end || isExponent(buffer, at, end);
}

function isExponent(buffer: Uint8Array, start: number, end: number): boolean {
  if ((buffer[start]! | 0x20) !== 0x65) return false;
  const sign = buffer[start + 1] === minus || buffer[start + 1] === 0x2b;
  const first = start + (sign ? 2 : 1);
  if (end - first < 1 || end - first > 2) return false; // beyond 99 lies infinity
  for (let at = first; at < end; at++) if (buffer[at]! < zero || buffer[at]! > zero + 9) return false;
  return true;
}
