import type { Params, Space } from "../../search/space.ts";

/** Two functions to minimise at once. */
export interface GoalsProblem {
  readonly name: string;
  readonly space: Space;
  /** Names of the metrics, and of what is limited. */
  readonly metrics: readonly string[];
  /** Metrics that must not be above a limit. */
  readonly limits: Readonly<Record<string, number>>;
  /** The volume up to here is counted. */
  readonly reference: readonly number[];
  values(params: Params): Readonly<Record<string, number>>;
}

function unitCube(dimensions: number): Space {
  return {
    parameters: Array.from({ length: dimensions }, (_, d) => ({
      name: `x${d}`,
      domain: { kind: "float" as const, min: 0, max: 1, scale: "linear" as const },
      when: [],
    })),
  };
}

function numbers(params: Params): readonly number[] {
  return Object.values(params).map(Number);
}

/** After ZDT1 (Zitzler et al. 2000), with 5 dimensions: a convex front f2 = 1 - √f1 where all but the first are 0. */
const zdt1: GoalsProblem = {
  name: "ZDT1, 5 dimensions",
  space: unitCube(5),
  metrics: ["f1", "f2"],
  limits: {},
  reference: [1.1, 1.1],
  values(params) {
    const [first = 0, ...others] = numbers(params);
    const g = 1 + (9 * others.reduce((sum, x) => sum + x, 0)) / others.length;
    return { f1: first, f2: g * (1 - Math.sqrt(first / g)) };
  },
};

/** Two bowls of different shape, whose centres lie apart in four dimensions: the front is a curve between them. */
const bowls: GoalsProblem = {
  name: "two bowls, 4 dimensions",
  space: unitCube(4),
  metrics: ["near", "far"],
  limits: {},
  reference: [1, 1],
  values(params) {
    const x = numbers(params);
    const stretch = [1, 2, 0.5, 1.5];
    const away = (centre: number): number =>
      x.reduce((sum, each, d) => sum + stretch[d]! * (each - centre - 0.05 * d) ** 2, 0);
    return { near: away(0.2), far: away(0.6) };
  },
};

/** As a small network has it: error falls with its size and at the right learning rate, its size grows with width and layers. */
function network(params: Params): { readonly error: number; readonly parameters: number } {
  const width = Number(params["width"]);
  const layers = Number(params["layers"]);
  const rate = Math.log10(Number(params["rate"]));
  const dropout = Number(params["dropout"]);
  const parameters = 4 * width * (8 + width) + (layers - 1) * 8 * width * width + width;
  const best = -2 - 0.3 * Math.log10(width); // wider networks want smaller steps
  const misfit = 0.15 * (rate - best) ** 2 + 0.4 * (dropout - 0.04 * layers) ** 2;
  return { error: 0.1 + 0.9 / (1 + 0.12 * width ** 0.7 * layers ** 0.3) + misfit, parameters };
}

const networkSpace: Space = {
  parameters: [
    { name: "width", domain: { kind: "int", min: 2, max: 128, scale: "log", step: 1 }, when: [] },
    { name: "layers", domain: { kind: "int", min: 1, max: 3, scale: "linear", step: 1 }, when: [] },
    { name: "rate", domain: { kind: "float", min: 1e-5, max: 1, scale: "log" }, when: [] },
    { name: "dropout", domain: { kind: "float", min: 0, max: 0.6, scale: "linear" }, when: [] },
  ],
};

const size: GoalsProblem = {
  name: "error and log size",
  space: networkSpace,
  metrics: ["error", "size"],
  limits: {},
  reference: [1, 6],
  values(params) {
    const { error, parameters } = network(params);
    return { error, size: Math.log10(parameters) };
  },
};

/** The two bowls, of which half of the front is forbidden. */
const limited: GoalsProblem = {
  ...bowls,
  name: "two bowls, first half of the front forbidden",
  limits: { edge: 0 },
  values(params) {
    const x = numbers(params);
    // Allowed: at or beyond the middle of the way in the mean of all dimensions.
    const mean = x.reduce((sum, each, d) => sum + each - 0.05 * d, 0) / x.length;
    return { ...bowls.values(params), edge: 0.4 - mean };
  },
};

export const GOALS_PROBLEMS: readonly GoalsProblem[] = [zdt1, bowls, size, limited];
