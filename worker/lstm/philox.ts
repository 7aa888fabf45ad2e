/** Four 32-bit words. */
export type Words = readonly [number, number, number, number];

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const rounds = 10;

/**
 * Philox4x32-10: four random words for a counter of four words and a key of two (Salmon, Moraes, Dror & Shaw 2011,
 * "Parallel random numbers: as easy as 1, 2, 3", section 3.3). The same counter and key give the same words anywhere,
 * in any order. Its twins are kernels/philox.ts and native/philox.h.
 */
export function philox([c0, c1, c2, c3]: Words, [k0, k1]: readonly [number, number]): Words {
  let [a, b, c, d, key0, key1] = [c0, c1, c2, c3, k0, k1];
  for (let round = 0; round < rounds; round++) {
    const high0 = highWord(multiplier0, a);
    const low0 = Math.imul(multiplier0, a);
    const high1 = highWord(multiplier1, c);
    const low1 = Math.imul(multiplier1, c);
    [a, b, c, d] = [high1 ^ b ^ key0, low1, high0 ^ d ^ key1, low0];
    key0 = (key0 + weyl0) | 0;
    key1 = (key1 + weyl1) | 0;
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

/** The upper 32 bits of the 64-bit product. */
function highWord(x: number, y: number): number {
  const [xLow, xHigh, yLow, yHigh] = [x & 0xffff, x >>> 16, y & 0xffff, y >>> 16];
  const middle = xHigh * yLow + ((xLow * yLow) >>> 16);
  const rest = xLow * yHigh + (middle % 65536);
  return (xHigh * yHigh + Math.floor(middle / 65536) + Math.floor(rest / 65536)) >>> 0;
}
