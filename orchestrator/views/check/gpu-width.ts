import type { Sweep } from "../../config/sweep.ts";

/**
 * Says that a sweep for the engine cuda trains too few trials at the same time to gain from a GPU: a lane is about as fast
 * as a core with the native kernels (docs/gpu.md), so fewer lanes than this machine has cores are no faster than those.
 * `trials`: of the whole sweep, a grid at its full size.
 */
export function narrowForGpu(
  { workers }: Pick<Sweep, "workers">,
  trials: number,
  processors: number,
): readonly string[] {
  if (!/^cuda\b/.test(workers.engine)) return [];
  const { count, lanes = "auto" } = workers;
  const places = lanes === "auto" ? Infinity : count * lanes;
  const width = Math.min(trials, places);
  if (width >= processors) return [];
  const why = trials <= places ? `the sweep has ${trials} trials` : `workers: has ${places} lanes`;
  return [
    `at most ${width} trials train at once (${why}), and this machine has ${processors} cores: a lane of the engine cuda is about as fast as a core, so a GPU gains nothing here; take engine: auto, or train more trials at once`,
  ];
}
