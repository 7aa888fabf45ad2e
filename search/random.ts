/**
 * The one seeded generator of seqtune: sfc32 (Doty-Humphrey, PractRand), 128 bits of state, integer
 * arithmetic only, so the same seed gives the same numbers on any machine.
 */
export interface Rng {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, n). n: 1 to 2^32. */
  int(n: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
}

/** A generator of its own for every (seed, ...keys): trial 7 of seed 1 is `rngFor(1, "trial", 7)`. */
export function rngFor(seed: number, ...keys: readonly (number | string)[]): Rng {
  return sfc32(hash128(`${seed}/${keys.join("/")}`));
}

/** A 32-bit seed for a generator elsewhere (a worker, another engine), from (seed, ...keys). */
export function seedFor(seed: number, ...keys: readonly (number | string)[]): number {
  return hash128(`${seed}/${keys.join("/")}`)[0];
}

/** Fisher-Yates, in place; returns the same array. */
export function shuffle<T extends { length: number; [index: number]: number }>(items: T, rng: Rng): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = rng.int(i + 1);
    const held = items[i]!;
    items[i] = items[j]!;
    items[j] = held;
  }
  return items;
}

type State = [number, number, number, number];

function sfc32([a, b, c, d]: State): Rng {
  const nextUint = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 15; i++) nextUint();
  const next = (): number => nextUint() / 4294967296;
  return {
    next,
    int: (n) => Math.floor(next() * n),
    normal: () => {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return radius * Math.cos(2 * Math.PI * next());
    },
  };
}

/** Four 32-bit words from a text: FNV-1a with four offsets, each finished by murmur3's mixer. */
function hash128(text: string): State {
  const words: State = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];
  for (let i = 0; i < text.length; i++) {
    for (let w = 0; w < 4; w++) words[w] = Math.imul(words[w]! ^ (text.charCodeAt(i) + w), 0x01000193);
  }
  return words.map(mix) as State;
}

function mix(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
