import { rngFor, shuffle } from "../../search/random.ts";

/** The order in which an epoch (from 1) goes through the samples: `rngFor(seed, "shuffle", epoch)`. */
export function epochOrder(samples: number, seed: number, epoch: number): Int32Array {
  return shuffle(inOrder(samples), rngFor(seed, "shuffle", epoch));
}

/** 0, 1, 2, … */
export function inOrder(samples: number): Int32Array {
  const order = new Int32Array(samples);
  for (let index = 0; index < samples; index++) order[index] = index;
  return order;
}
