import { rngFor } from "../../search/random.ts";

/** Which numbers to draw: one generator for each kind of mask, epoch (from 1), batch (from 0) and layer. */
export interface MaskKey {
  readonly seed: number;
  readonly epoch: number;
  readonly batch: number;
  readonly layer: number;
}

/**
 * Mask of a layer's outputs [steps, samples, units] (inverted dropout, Srivastava et al. 2014): one number of
 * `rngFor(seed, "dropout", epoch, batch, layer)` for each time step, sample of the batch and unit, in this
 * nesting; below `rate` it makes a 0, else 1 / (1 - rate). `steps` is the window for a layer that feeds another
 * one and 1 for the last; `units` counts both directions of a bidirectional layer, forward first.
 */
export function outputMask(
  key: MaskKey,
  rate: number,
  steps: number,
  samples: number,
  units: number,
): Float32Array {
  return draw("dropout", key, rate, steps * samples * units);
}

/**
 * Mask of a layer's state on its way to the next step [directions, samples, units], the same at every step
 * (Gal & Ghahramani 2016), from `rngFor(seed, "recurrent_dropout", epoch, batch, layer)` in this nesting.
 * It multiplies h(t-1) in the products with the recurrent kernel and nowhere else.
 */
export function recurrentMask(
  key: MaskKey,
  rate: number,
  directions: number,
  samples: number,
  units: number,
): Float32Array {
  return draw("recurrent_dropout", key, rate, directions * samples * units);
}

function draw(kind: string, key: MaskKey, rate: number, length: number): Float32Array {
  const rng = rngFor(key.seed, kind, key.epoch, key.batch, key.layer);
  const kept = 1 / (1 - rate);
  const mask = new Float32Array(length);
  for (let i = 0; i < length; i++) mask[i] = rng.next() < rate ? 0 : kept;
  return mask;
}
