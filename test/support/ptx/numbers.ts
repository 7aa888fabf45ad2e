const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** Operations on numbers that JavaScript lacks. */
export const numbers = {
  float32(bits: number): number {
    word[0] = bits;
    return float[0]!;
  },

  bits(value: number): number {
    float[0] = value;
    return word[0]!;
  },

  float64(hex: string): number {
    return Buffer.from(hex, "hex").readDoubleBE();
  },

  /** The lower 32 bits. */
  low(value: number): number {
    return ((value % 2 ** 32) + 2 ** 32) % 2 ** 32;
  },

  /** The upper 32 bits of a 64-bit product. */
  high(a: number, b: number): number {
    return Number((BigInt(a) * BigInt(b)) >> 32n);
  },

  /** To single precision, never up. */
  down(value: number): number {
    const near = Math.fround(value);
    return near > value ? next(near, -1) : near;
  },

  towardZero(value: number): number {
    const near = Math.fround(value);
    if (Math.abs(near) <= Math.abs(value)) return near;
    return next(near, near > 0 ? -1 : 1);
  },

  /** The bits of the nearest number with 10 bits of mantissa, half away from zero. */
  tf32(value: number): number {
    return Number.isNaN(value) ? 0x7fffffff : ((numbers.bits(value) + 0x1000) & ~0x1fff) >>> 0;
  },

  /** To between 0 and 1; what is not a number becomes 0. */
  saturate(value: number): number {
    return value > 0 ? Math.min(value, 1) : 0;
  },
};

/** The float beside a finite one that is not 0, up or down. */
function next(value: number, direction: 1 | -1): number {
  float[0] = value;
  word[0] = word[0]! + (value > 0 ? direction : -direction);
  return float[0];
}
