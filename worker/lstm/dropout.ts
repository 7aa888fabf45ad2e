import { philox } from "./philox.ts";

/** Which numbers to draw: those of one batch (from 0) of one epoch (from 1). */
export interface BatchKey {
  readonly seed: number;
  readonly epoch: number;
  readonly batch: number;
}

export interface MaskKey extends BatchKey {
  readonly layer: number;
}

/** Dropout of one batch: which numbers, and the shares dropped of outputs and of states (0: none). */
export interface Dropout extends BatchKey {
  readonly outputRate: number;
  readonly stateRate: number;
}

export const maskKinds = { output: 0, state: 1 } as const;
export type MaskKind = keyof typeof maskKinds;

/** What a kernel needs to draw one layer's masks of one kind. */
export interface MaskRule {
  /** Key of the layer's numbers. */
  readonly key: readonly [number, number];
  /** A number below it is dropped. */
  readonly threshold: number;
  /** What stands for a unit that is kept. */
  readonly kept: number;
}

const words = 2 ** 32;

/**
 * The numbers of one layer's masks, the same in every engine: first
 *   key = words 0 and 1 of philox(counter [epoch, batch, layer, kind], key [seed mod 2^32, ⌊seed / 2^32⌋])
 * with kind 0 for outputs and 1 for states; then the unit u of sample b (its place in the batch) at time step t in
 * direction d (0 forward, 1 reverse) has
 *   r = word (u mod 4) of philox(counter [⌊u / 4⌋, b, t, d], key)
 * and is 0 where r < rate · 2^32, else 1 / (1 - rate), rounded to single precision.
 */
export function maskRule({ seed, epoch, batch, layer }: MaskKey, kind: MaskKind, rate: number): MaskRule {
  const [first, second] = philox(
    [epoch, batch, layer, maskKinds[kind]],
    [seed % words, Math.floor(seed / words)],
  );
  return {
    key: [first, second],
    threshold: Math.min(words - 1, Math.ceil(rate * words)),
    kept: Math.fround(1 / (1 - rate)),
  };
}

/**
 * Mask of a layer's outputs [steps, samples, directions · units], forward first (inverted dropout, Srivastava et al.
 * 2014). `steps` is the window for a layer that feeds another one and 1, t = 0, for the last.
 */
export function outputMask(
  key: MaskKey,
  rate: number,
  steps: number,
  samples: number,
  units: number,
  directions: number,
): Float32Array {
  const rule = maskRule(key, "output", rate);
  const mask = new Float32Array(steps * samples * directions * units);
  let at = 0;
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < samples; b++) {
      for (let d = 0; d < directions; d++, at += units)
        drawUnits(rule, b, t, d, mask.subarray(at, at + units));
    }
  }
  return mask;
}

/**
 * Mask of a layer's state on its way to the next step [directions, samples, units], the same at every step, t = 0
 * (Gal & Ghahramani 2016). It multiplies h(t-1) in the products with the recurrent kernel and nowhere else.
 */
export function recurrentMask(
  key: MaskKey,
  rate: number,
  directions: number,
  samples: number,
  units: number,
): Float32Array {
  const rule = maskRule(key, "state", rate);
  const mask = new Float32Array(directions * samples * units);
  let at = 0;
  for (let d = 0; d < directions; d++) {
    for (let b = 0; b < samples; b++, at += units) drawUnits(rule, b, 0, d, mask.subarray(at, at + units));
  }
  return mask;
}

function drawUnits(
  { key, threshold, kept }: MaskRule,
  b: number,
  t: number,
  d: number,
  to: Float32Array,
): void {
  for (let u = 0; u < to.length; u += 4) {
    const drawn = philox([u / 4, b, t, d], key);
    for (let i = u; i < Math.min(u + 4, to.length); i++) to[i] = drawn[i - u]! < threshold ? 0 : kept;
  }
}
