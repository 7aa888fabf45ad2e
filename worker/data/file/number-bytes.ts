/** What `readNumber` found out about the bytes of a cell. */
export interface NumberBytes {
  value: number;
  /** `${value}` is the very text, or the text is a measurement with more digits than a name has. */
  plain: boolean;
  /**
   * Of a fraction such as 1.50, which `${value}` does not give back for its closing zeros alone: what tells its text from that of
   * every other such fraction. 0 for all else.
   */
  closing: number;
}

/** Below it digits, places and sign go into one exact number. */
const mostDigits = 2 ** 48;

const powers = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;

/**
 * Reads an unsigned or negative decimal such as -12.5 of up to 15 digits straight from bytes. The result is the
 * nearest double: digits and power of ten are exact, so that the division rounds once (Clinger 1990, section 2). False for
 * anything else, however much it is a number.
 */
export function readNumber(buffer: Uint8Array, start: number, end: number, found: NumberBytes): boolean {
  const negative = buffer[start] === minus;
  const first = negative ? start + 1 : start;
  if (end - first < 1 || end - start > 16) return false;
  let digits = 0;
  let dot = -1;
  for (let at = first; at < end; at++) {
    const digit = buffer[at]! - zero;
    if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
    else if (buffer[at] === point && dot < 0) dot = at;
    else return false;
  }
  const whole = (dot < 0 ? end : dot) - first;
  const part = dot < 0 ? 0 : end - dot - 1;
  if (whole + part > 15 || whole === 0) return false;
  const size = digits / powers[part]!;
  found.value = negative ? -size : size;
  const leadingZero = whole > 1 && buffer[first] === zero;
  const trailingZero = dot >= 0 && (part === 0 || buffer[end - 1] === zero);
  found.closing =
    trailingZero && part > 0 && !leadingZero && end - start <= 15 && digits > 0 && digits < mostDigits
      ? (negative ? -16 : 16) * digits + (negative ? -part : part)
      : 0;
  found.plain =
    !leadingZero &&
    !trailingZero &&
    end - start <= 15 &&
    (size === 0 ? whole === end - first && !negative : size >= 1e-6);
  return true;
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
