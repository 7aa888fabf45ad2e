import { rngFor, seedFor } from "../../random.ts";
import { JOE_KUO } from "./directions.ts";

const BITS = 32;

/** Dimensions that are a Sobol sequence; later ones are plain random numbers. */
const SOBOL_DIMENSIONS = JOE_KUO.length + 1;

/**
 * Point `index` of an Owen-scrambled Sobol sequence in [0, 1)^dimensions. Any index can be asked for, in any
 * order: the scrambling is a hash (Burley 2020, Practical Hash-based Owen Scrambling, JCGT 9), another one for
 * every dimension and seed. Every 2^m points that start at a multiple of 2^m are a net.
 */
export class SobolSequence {
  private readonly seed: number;
  private readonly dimensions: number;
  private readonly scrambles: readonly number[];

  constructor(dimensions: number, seed: number) {
    this.seed = seed;
    this.dimensions = dimensions;
    this.scrambles = Array.from({ length: dimensions }, (_, d) => seedFor(seed, "sobol", d));
  }

  /** index: 0 to 2^32 - 1. */
  point(index: number): Float64Array {
    const rest = this.dimensions > SOBOL_DIMENSIONS ? rngFor(this.seed, "beyond sobol", index) : undefined;
    return Float64Array.from({ length: this.dimensions }, (_, d) =>
      d < SOBOL_DIMENSIONS
        ? scramble(digits(index, DIRECTIONS[d]!), this.scrambles[d]!) / 2 ** BITS
        : rest!.next(),
    );
  }
}

/** Unscrambled coordinate as a 32-bit fraction: the XOR of the direction numbers of the index's bits. */
function digits(index: number, directions: Uint32Array): number {
  let x = 0;
  for (let bit = 0, rest = index; rest > 0; bit++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) x ^= directions[bit]!;
  }
  return x >>> 0;
}

/** Nested uniform scrambling: the Laine-Karras permutation acts on reversed bits, higher digits moving lower ones. */
function scramble(x: number, seed: number): number {
  let v = (reverseBits(x) + seed) | 0;
  v ^= Math.imul(v, 0x6c50b47c);
  v ^= Math.imul(v, 0xb82f1e52);
  v ^= Math.imul(v, 0xc7afe638);
  v ^= Math.imul(v, 0x8d22f6e6);
  return reverseBits(v >>> 0);
}

function reverseBits(x: number): number {
  let v = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  v = ((v >>> 2) & 0x33333333) | ((v & 0x33333333) << 2);
  v = ((v >>> 4) & 0x0f0f0f0f) | ((v & 0x0f0f0f0f) << 4);
  v = ((v >>> 8) & 0x00ff00ff) | ((v & 0x00ff00ff) << 8);
  return ((v >>> 16) | (v << 16)) >>> 0;
}

const DIRECTIONS: readonly Uint32Array[] = [
  Uint32Array.from({ length: BITS }, (_, bit) => 2 ** (BITS - 1 - bit)),
  ...JOE_KUO.map(([a, m]) => directionNumbers(a, m)),
];

/** v_k = m_k / 2^k as a 32-bit fraction, continued by the recurrence of the primitive polynomial. */
function directionNumbers(a: number, m: readonly number[]): Uint32Array {
  const degree = m.length;
  const v = new Uint32Array(BITS);
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      v[k] = m[k]! * 2 ** (BITS - 1 - k);
      continue;
    }
    let next = v[k - degree]! ^ (v[k - degree]! >>> degree);
    for (let j = 1; j < degree; j++) if ((a >>> (degree - 1 - j)) & 1) next ^= v[k - j]!;
    v[k] = next;
  }
  return v;
}
