import type { Kernels } from "./kernels.ts";
import type { Plan } from "./plan.ts";

/** One step of an optimizer with its numbers for this step filled in; formulas in kernels/optimizers.ts. */
export type Update =
  | { readonly kind: "sgd"; readonly rate: number }
  | {
      readonly kind: "momentum";
      readonly rate: number;
      readonly momentum: number;
      readonly nesterov: boolean;
    }
  | {
      readonly kind: "adam";
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly correction: number;
      readonly momentShare: number;
      readonly gradientShare: number;
    }
  | {
      readonly kind: "rmsprop";
      readonly rate: number;
      readonly rho: number;
      readonly momentum: number;
      readonly epsilon: number;
    }
  | { readonly kind: "adagrad"; readonly rate: number; readonly epsilon: number }
  | { readonly kind: "adadelta"; readonly rate: number; readonly rho: number; readonly epsilon: number };

/** Changes all weights by their gradient; the slots are the optimizer's memory, in the order of the formulas. */
export function applyUpdate(kernels: Kernels, plan: Plan, update: Update): void {
  const { padded: n, weights: w, gradient: g } = plan;
  const [first = 0, second = 0] = plan.slots;
  switch (update.kind) {
    case "sgd":
      return kernels.sgd(n, w, g, update.rate);
    case "momentum":
      return kernels.momentum(n, w, g, first, update.rate, update.momentum, update.nesterov);
    case "adam": {
      const { beta1, beta2, epsilon, correction, momentShare, gradientShare } = update;
      return kernels.adam(
        n,
        w,
        g,
        first,
        second,
        beta1,
        beta2,
        epsilon,
        correction,
        momentShare,
        gradientShare,
      );
    }
    case "rmsprop":
      return kernels.rmsprop(
        n,
        w,
        g,
        first,
        second,
        update.rate,
        update.rho,
        update.momentum,
        update.epsilon,
      );
    case "adagrad":
      return kernels.adagrad(n, w, g, first, update.rate, update.epsilon);
    case "adadelta":
      return kernels.adadelta(n, w, g, first, second, update.rate, update.rho, update.epsilon);
    default:
      return update satisfies never;
  }
}
