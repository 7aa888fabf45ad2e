import type { Kernels } from "./kernels.ts";
import type { Plan } from "./plan.ts";

/** One step of an optimizer: which rule, and its numbers for this step; formulas in kernels/optimizers.ts. */
export interface Update {
  readonly code: number;
  /** At most six. */
  readonly numbers: readonly number[];
}

/** Changes all weights by their gradient; the slots are the optimizer's memory, in the order of the formulas. */
export function applyUpdate(kernels: Kernels, plan: Plan, { code, numbers }: Update): void {
  const { padded, weights, gradient } = plan;
  const [first = 0, second = 0] = plan.slots;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
  kernels.update(code, padded, weights, gradient, first, second, a, b, c, d, e, f);
}
