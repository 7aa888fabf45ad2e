import { LCBENCH_SPACE, type LcBench } from "./lcbench.ts";
import type { Problem } from "./problems.ts";
import type { Reference } from "./references.ts";

/** LCBench as one problem: seed s plays task s modulo their number. 1 is a task's median, 0 its best known. */
export function lcBenchProblem(name: string, bench: LcBench, tasks: readonly Reference[]): Problem {
  return {
    name,
    space: LCBENCH_SPACE,
    floor: 0,
    value(params, seed) {
      const { task, best, median } = tasks[seed % tasks.length]!;
      return (best - bench.evaluate(task, params).accuracy) / (best - median);
    },
  };
}
