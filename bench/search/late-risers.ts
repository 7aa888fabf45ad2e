import { rngFor, type Rng } from "../../search/random.ts";

/**
 * Made-up learning curves of configurations that stay on a plateau for some epochs and then fall, as recurrent networks have it
 * that must first find what to remember. How good a configuration becomes is drawn first, when it leaves the plateau then.
 */
export interface Family {
  readonly name: string;
  /** The first epoch below the plateau. `quality`: 0 (the best end) to 1. */
  readonly takeOff: (quality: number, rng: Rng) => number;
}

const EPOCHS = 51;
const PLATEAU = 0.69;
/** Deviation of a loss from one epoch to the next. */
const NOISE = 0.003;

export const LATE_FAMILIES: readonly Family[] = [
  { name: "all late alike", takeOff: (_, rng) => 4 + rng.int(6) },
  { name: "the best are late", takeOff: (quality, rng) => (quality < 0.1 ? 4 + rng.int(6) : 1 + rng.int(3)) },
  {
    name: "the best are very late",
    takeOff: (quality, rng) => Math.round(2 + 14 * (1 - quality) + rng.int(3)),
  },
  { name: "none is late", takeOff: () => 2 },
];

/** [configurations][epochs] losses. `seed`: of the curves. */
export function lateRisers(
  { name, takeOff }: Family,
  configurations: number,
  seed: number,
): readonly (readonly number[])[] {
  return Array.from({ length: configurations }, (_, index) => {
    const rng = rngFor(seed, "late", name, index);
    const quality = rng.next();
    const end = 0.2 + 0.49 * quality ** 0.6;
    const start = takeOff(quality, rng);
    const pace = 0.1 + 0.3 * rng.next();
    return Array.from({ length: EPOCHS }, (_, epoch) => {
      const trained = Math.max(0, epoch + 2 - start);
      return end + (PLATEAU - end) * Math.exp(-pace * trained) + NOISE * rng.normal();
    });
  });
}
