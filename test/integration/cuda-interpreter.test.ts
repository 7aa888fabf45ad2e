import { describe, expect, it } from "vitest";
import { settings, train } from "../contracts/engine-training.ts";
import { noise } from "../support/lane-cases.ts";
import { type InterpreterOptions, PtxInterpreter } from "../support/ptx/interpreter.ts";
import { KernelFault } from "../support/ptx/memory.ts";
import { CudaEngine } from "../../worker/engines/cuda.ts";
import type { NamedWeights } from "../../worker/engines/engine.ts";
import { FusedEngine } from "../../worker/engines/fused.ts";
import { kernelText } from "../../worker/lstm/cuda/driver-device.ts";
import { type CellName, cellNames } from "../../worker/protocol/model-settings.ts";

const text = kernelText().toString();

const fast = kernelText("fast").toString();

const interpreted = (ptx: string, options: InterpreterOptions = {}) =>
  new CudaEngine(new PtxInterpreter(ptx, { bytes: 6 << 20, ...options }));

describe("the text of the GPU kernels, interpreted", () => {
  it.each([
    { model: { layers: 0, l2: 0.1, optimizer: "lion" }, set: noise(5, 3, 2, { outputs: 2 }) },
    {
      model: {
        hidden: [3, 5],
        layers: 2,
        bidirectional: true,
        dropout: 0.3,
        recurrent_dropout: 0.2,
        clip_norm: 0.05,
        optimizer: "nadam",
      },
      set: noise(9, 4, 2, { short: true }),
    },
    {
      model: { hidden: 20, loss: "categorical_crossentropy", class_weights: [1, 2, 3], optimizer: "rmsprop" },
      set: noise(7, 2, 100, { outputs: 3, classes: true }),
    },
    { model: { hidden: 130, loss: "huber", clip_value: 0.01, weight_decay: 0.1 }, set: noise(3, 2, 1) },
    {
      model: { loss: "binary_crossentropy", optimizer: "gradient_descent", batch_size: 3, hidden: 2 },
      set: noise(7, 2, 1, { outputs: 2, classes: true }),
    },
    {
      model: {
        cell: "gru",
        hidden: [3, 5],
        layers: 2,
        bidirectional: true,
        dropout: 0.3,
        recurrent_dropout: 0.2,
        optimizer: "adadelta",
      },
      set: noise(9, 4, 2, { short: true }),
    },
    { model: { cell: "gru", hidden: 130 }, set: noise(2, 2, 1) },
    {
      model: { cell: "rnn", hidden: [3, 5], layers: 2, bidirectional: true, recurrent_dropout: 0.2 },
      set: noise(9, 4, 2, { short: true }),
    },
    {
      model: { loss: "quantile", quantiles: [0.1, 0.5, 0.9], hidden: 2 },
      set: noise(4, 2, 1, { outputs: 6 }),
    },
  ] as const)(
    "computes what the kernels for CPUs compute, without a fault: $model",
    async ({ model, set }) => {
      const chosen = settings({ batch_size: 5, ...structuredClone(model) } as Parameters<typeof settings>[0]);
      const found = await train(interpreted(text), chosen, { set, epochs: 2 });
      const expected = await train(new FusedEngine(), chosen, { set, epochs: 2 });
      for (const [epoch, loss] of expected.losses.entries())
        expect(found.losses[epoch]! / loss).toBeCloseTo(1, 5);
      expectClose(found.last.weights, expected.last.weights, 1e-5);
    },
  );

  const small = (cell: CellName) =>
    settings({ cell, hidden: 3, layers: 2, bidirectional: true, batch_size: 6, dropout: 0.2 });

  it.each([
    ...cellNames.map((cell) => ({ cell, precision: "single", options: {} })),
    ...cellNames.map((cell) => ({ cell, precision: "fast", options: { fast } })),
  ])(
    "gives the same bits whatever the order of the threads: $cell, precision $precision",
    async ({ cell, options }) => {
      const set = noise(6, 3, 100, { outputs: 2 });
      const one = await train(interpreted(text, options), small(cell), { set, epochs: 1 });
      const other = await train(interpreted(text, { ...options, backwards: true }), small(cell), {
        set,
        epochs: 1,
      });
      expect(other.last).toEqual(one.last);
    },
  );

  it.each([
    // In single precision a block keeps fewer inputs at a time than there are.
    {
      title: "all kernels",
      whole: text,
      features: 100,
      least: 40,
      optionsOf: (part: string) => [part, {}] as const,
    },
    {
      title: "those for tensor cores",
      whole: fast,
      features: 2,
      least: 20,
      optionsOf: (part: string) => [text, { fast: part }] as const,
    },
  ])(
    "is found to be at fault without any one of its barriers: $title",
    async ({ whole, features, least, optionsOf }) => {
      const set = noise(6, 3, features, { outputs: 2 });
      const barriers = barriersOf(whole);
      expect(barriers.length).toBeGreaterThan(least);
      const unnoticed: string[] = [];
      for (const barrier of barriers) {
        const engine = interpreted(...optionsOf(without(whole, barrier)));
        const model = small(cellThatRuns(barrier.kernel));
        const fault = await train(engine, model, { set, epochs: 1 }).catch((error: unknown) => error);
        if (!(fault instanceof KernelFault)) unnoticed.push(nameOf(barrier));
      }
      expect(unnoticed).toEqual([]);
    },
  );

  describe("for tensor cores", () => {
    it.each([
      { cell: "lstm", hidden: [3, 5], layers: 2, bidirectional: true, dropout: 0.3, recurrent_dropout: 0.2 },
      { cell: "gru", hidden: [3, 5], layers: 2, bidirectional: true, dropout: 0.3, recurrent_dropout: 0.2 },
      { cell: "rnn", hidden: [3, 5], layers: 2, bidirectional: true, dropout: 0.3, recurrent_dropout: 0.2 },
      { cell: "lstm", hidden: 35 },
      { cell: "gru", hidden: 35 },
    ] as const)("computes what the kernels for CPUs compute, to the digits of TF32: %o", async (model) => {
      const chosen = settings({
        optimizer: "sgd",
        learning_rate: 0.1,
        ...structuredClone(model),
      } as Settings);
      const set = noise(18, 3, 2, { short: true });
      const expected = await train(new FusedEngine(), chosen, { set, epochs: 1 });
      const rising = await train(interpreted(text, { fast }), chosen, { set, epochs: 1 });
      const aligned = await train(interpreted(text, { fast, summing: "aligned" }), chosen, {
        set,
        epochs: 1,
      });
      expect(aligned.last).not.toEqual(rising.last);
      for (const found of [rising, aligned]) {
        for (const [epoch, loss] of expected.losses.entries())
          expect(found.losses[epoch]! / loss).toBeCloseTo(1, 3);
        expectClose(found.last.weights, expected.last.weights, 1e-3);
      }
    });
  });
});

/** No weight differs by more; compared at once, since there are many. */
function expectClose(
  found: readonly NamedWeights[],
  expected: readonly NamedWeights[],
  within: number,
): void {
  const apart = expected.flatMap(({ name, data }, index) =>
    [...data].flatMap((value, at) => {
      const other = found[index]!.data[at]!;
      return Math.abs(other - value) < within ? [] : [`${name}[${at}]: ${other} instead of ${value}`];
    }),
  );
  expect(apart).toEqual([]);
}

type Settings = Parameters<typeof settings>[0];

/** A barrier in a text, and the kernel that it is in. */
interface Barrier {
  readonly index: number;
  readonly length: number;
  readonly kernel: string;
  readonly line: number;
}

function barriersOf(ptx: string): readonly Barrier[] {
  return [...ptx.matchAll(/^\s*bar\.sync\s+0;$/gm)].map(({ index, 0: { length } }) => {
    const before = ptx.slice(0, index);
    const kernel = [...before.matchAll(/\.entry (\w+)/g)].at(-1)![1]!;
    return { index, length, kernel, line: before.split("\n").length };
  });
}

function without(ptx: string, { index, length }: Barrier): string {
  return ptx.slice(0, index) + ptx.slice(index + length);
}

/** A cell whose training takes this kernel; the cheapest one where all do. */
function cellThatRuns(kernel: string): CellName {
  if (/^(dense|measure|advance)/.test(kernel)) return "rnn";
  if (/(Gru|Rows)(Fast)?$/.test(kernel)) return "gru";
  return /Rnn(Fast)?$/.test(kernel) ? "rnn" : "lstm";
}

function nameOf({ kernel, line }: Barrier): string {
  return `${kernel}, line ${line}`;
}
