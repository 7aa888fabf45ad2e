import type { Params, Space, Parameter, ParamValue } from "../../search/space.ts";

/** A function to minimise, scaled so that 1 is about what a poor configuration comes to and the best is `floor`. */
export interface Problem {
  readonly name: string;
  readonly space: Space;
  /** The lowest value. */
  readonly floor: number;
  /** Without noise. `seed` only matters to a problem that stands for several tasks. */
  value(params: Params, seed: number): number;
}

function float(name: string, min: number, max: number, scale: "linear" | "log" = "linear"): Parameter {
  return { name, domain: { kind: "float", min, max, scale }, when: [] };
}

function int(name: string, min: number, max: number, scale: "linear" | "log" = "linear"): Parameter {
  return { name, domain: { kind: "int", min, max, scale, step: 1 }, when: [] };
}

function list(name: string, values: readonly ParamValue[]): Parameter {
  return { name, domain: { kind: "categorical", values }, when: [] };
}

function unitCube(dimensions: number): Space {
  return { parameters: Array.from({ length: dimensions }, (_, d) => float(`x${d}`, 0, 1)) };
}

function numbers(params: Params): readonly number[] {
  return Object.values(params).map(Number);
}

const HARTMANN_A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const HARTMANN_P = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];
const HARTMANN_C = [1, 1.2, 3, 3.2];
const HARTMANN_LOWEST = 3.32237;

/** Hartmann's function of six variables (Dixon and Szegö 1978), 0 at its minimum and 1 far from it. */
export function hartmann6(x: readonly number[]): number {
  let sum = 0;
  for (const [i, weight] of HARTMANN_C.entries()) {
    let exponent = 0;
    for (const [d, a] of HARTMANN_A[i]!.entries()) exponent += a * (x[d]! - HARTMANN_P[i]![d]!) ** 2;
    sum += weight * Math.exp(-exponent);
  }
  return 1 - sum / HARTMANN_LOWEST;
}

const hartmann: Problem = {
  name: "hartmann6",
  space: unitCube(6),
  floor: 0,
  value: (params) => hartmann6(numbers(params)),
};

/** How far a number lies along a logarithmic range, 0 to 1. */
function alongLog(value: unknown, min: number, max: number): number {
  return Math.log(Number(value) / min) / Math.log(max / min);
}

const bowl: Problem = {
  name: "bowl",
  space: {
    parameters: [
      float("rate", 1e-4, 1e-1, "log"),
      float("dropout", 0, 0.6),
      int("hidden", 8, 256, "log"),
      int("layers", 1, 4),
      list("cell", ["lstm", "gru", "rnn"]),
      list("batch", [16, 32, 64, 128]),
    ],
  },
  floor: 0.2,
  value: ({ rate, dropout, hidden, layers, cell, batch }) =>
    0.2 +
    1.4 * (alongLog(rate, 1e-4, 1e-1) - 0.62) ** 2 +
    0.6 * (Number(dropout) / 0.6 - 0.3) ** 2 +
    0.5 * (alongLog(hidden, 8, 256) - 0.75) ** 2 +
    0.05 * (Number(layers) - 2) ** 2 +
    (cell === "lstm" ? 0 : cell === "gru" ? 0.04 : 0.2) +
    0.2 * (alongLog(batch, 16, 128) - 1 / 3) ** 2,
};

/** As a learning curve's end looks: the best rate falls with the width, beyond it a cliff to the plateau of chance. */
const valley: Problem = {
  name: "valley",
  space: {
    parameters: [
      float("rate", 1e-5, 1, "log"),
      int("hidden", 4, 512, "log"),
      float("decay", 1e-8, 1e-1, "log"),
      float("momentum", 0, 0.99),
      int("window", 8, 128, "log"),
    ],
  },
  floor: 0.1,
  value: ({ rate, hidden, decay, momentum, window }) => {
    const width = alongLog(hidden, 4, 512);
    const step = alongLog(rate, 1e-5, 1) + 0.15 * Number(momentum) ** 4;
    const off = step - (0.78 - 0.35 * width);
    const fit = off < 0 ? Math.min(1, 6 * off * off) : Math.min(1, 60 * off * off);
    const capacity = 0.3 * (1 - width) ** 2 + 0.1 * width * (1 - alongLog(decay, 1e-8, 1e-1)) ** 2;
    const context = 0.25 * (alongLog(window, 8, 128) - 0.7) ** 2;
    return 0.1 + 0.9 * Math.min(1, fit + capacity + context);
  },
};

/** Levy's function of four variables: a bowl with ripples, most of whose valleys are local. */
const ripples: Problem = {
  name: "ripples",
  space: unitCube(4),
  floor: 0,
  value: (params) => {
    const w = numbers(params).map((x) => 1 + (8 * (x - 0.6)) / 4);
    let sum = Math.sin(Math.PI * w[0]!) ** 2;
    for (const [d, wd] of w.entries()) {
      const last = d === w.length - 1;
      const wave = last ? Math.sin(2 * Math.PI * wd) ** 2 : 10 * Math.sin(Math.PI * wd + 1) ** 2;
      sum += (wd - 1) ** 2 * (1 + wave);
    }
    return Math.min(1, Math.log1p(sum) / Math.log1p(12));
  },
};

export const NOISY_PROBLEMS: readonly Problem[] = [hartmann, bowl, valley, ripples];

/** Of the problem's parameters each gets two beside it that do nothing. */
function amongIrrelevant(problem: Problem): Problem {
  const irrelevant = (name: string, k: number): Parameter => float(`${name}_none${k}`, 0, 1);
  return {
    ...problem,
    name: `${problem.name} of 12`,
    space: {
      parameters: problem.space.parameters.flatMap((parameter) => [
        irrelevant(parameter.name, 1),
        parameter,
        irrelevant(parameter.name, 2),
      ]),
    },
    value: (params, seed) =>
      problem.value(
        Object.fromEntries(Object.entries(params).filter(([name]) => !name.includes("none"))),
        seed,
      ),
  };
}

/** A tilted valley along log scales, as learning rate and width have it. */
const tilted: Problem = {
  name: "tilted",
  space: {
    parameters: [
      float("rate", 1e-5, 1, "log"),
      int("hidden", 4, 512, "log"),
      float("decay", 1e-8, 1e-1, "log"),
      float("dropout", 0, 1),
    ],
  },
  floor: 0,
  value: ({ rate, hidden, decay, dropout }) => {
    const [r, h] = [alongLog(rate, 1e-5, 1), alongLog(hidden, 4, 512)];
    const off = r + 0.5 * h - 0.9;
    return Math.min(
      1,
      5 * off * off +
        0.8 * (h - 0.7) ** 2 +
        0.5 * (alongLog(decay, 1e-8, 1e-1) - 0.4) ** 2 +
        0.7 * (Number(dropout) - 0.25) ** 2,
    );
  },
};

export const IRRELEVANT_PROBLEMS: readonly Problem[] = [ripples, tilted].map(amongIrrelevant);

function onlyIf(parameter: Parameter, param: string, value: ParamValue): Parameter {
  return { ...parameter, when: [{ param, in: [value] }] };
}

/** Of the well, a deviation: 4 % of the branch's area are lower than what the other branches can come to. */
const WELL = 0.1;

/** Three branches are easy bowls down to .3; the fourth is flat and worse, but for a narrow well down to 0. */
export const BRANCHES: Problem = {
  name: "branches",
  space: {
    parameters: [
      list("optimizer", ["adam", "sgd", "rmsprop", "lion"]),
      ...["adam", "sgd", "rmsprop", "lion"].flatMap((optimizer) => [
        onlyIf(float(`${optimizer}_rate`, 1e-5, 1, "log"), "optimizer", optimizer),
        onlyIf(float(`${optimizer}_momentum`, 0, 1), "optimizer", optimizer),
      ]),
    ],
  },
  floor: 0,
  value: (params) => {
    const optimizer = String(params["optimizer"]);
    const a = alongLog(params[`${optimizer}_rate`], 1e-5, 1);
    const b = Number(params[`${optimizer}_momentum`]);
    if (optimizer !== "sgd") return 0.3 + 0.5 * ((a - 0.4) ** 2 + (b - 0.7) ** 2);
    const squares = ((a - 0.63) ** 2 + (b - 0.27) ** 2) / WELL ** 2;
    return 0.6 - 0.6 * Math.exp(-0.5 * squares) + 0.1 * (a - 0.63) ** 2;
  },
};
