import { describe, expect, it } from "vitest";
import { settings, train } from "../contracts/engine-training.ts";
import { noise } from "../support/lane-cases.ts";
import { PtxInterpreter } from "../support/ptx/interpreter.ts";
import { KernelFault } from "../support/ptx/memory.ts";
import { CudaEngine } from "../../worker/engines/cuda.ts";
import { FusedEngine } from "../../worker/engines/fused.ts";
import { kernelText } from "../../worker/lstm/cuda/driver-device.ts";
import { type CellName, cellNames } from "../../worker/protocol/model-settings.ts";

const text = kernelText().toString();

const interpreted = (ptx: string, backwards = false) =>
  new CudaEngine(new PtxInterpreter(ptx, { bytes: 6 << 20, backwards }));

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
      for (const [index, { name, data }] of expected.last.weights.entries()) {
        for (const [at, value] of data.entries())
          expect(Math.abs(found.last.weights[index]!.data[at]! - value), `${name}[${at}]`).toBeLessThan(1e-5);
      }
    },
  );

  const small = (cell: CellName) =>
    settings({ cell, hidden: 3, layers: 2, bidirectional: true, batch_size: 6, dropout: 0.2 });
  const wide = noise(6, 3, 100, { outputs: 2 });

  it.each(cellNames)("gives the same bits whatever the order of the threads: %s", async (cell) => {
    const one = await train(interpreted(text), small(cell), { set: wide, epochs: 1 });
    const other = await train(interpreted(text, true), small(cell), { set: wide, epochs: 1 });
    expect(other.last).toEqual(one.last);
  });

  it("is found to be at fault without any one of its barriers", async () => {
    const unnoticed: string[] = [];
    const barriers = [...text.matchAll(/^\s*bar\.sync\s+0;$/gm)];
    expect(barriers.length).toBeGreaterThan(40);
    for (const { index, 0: line } of barriers) {
      const without = text.slice(0, index) + text.slice(index + line.length);
      const place = nameOf(index);
      const model = small(cellThatRuns(place));
      const fault = await train(interpreted(without), model, { set: wide, epochs: 1 }).catch(
        (error: unknown) => error,
      );
      if (!(fault instanceof KernelFault)) unnoticed.push(place);
    }
    expect(unnoticed).toEqual([]);
  });
});

/** A cell whose training takes this kernel. */
function cellThatRuns(kernel: string): CellName {
  if (/^\w+(Gru|Rows),/.test(kernel)) return "gru";
  return /^\w+Rnn,/.test(kernel) ? "rnn" : "lstm";
}

/** The kernel and the line of a place in the text. */
function nameOf(at: number): string {
  const before = text.slice(0, at);
  const kernel = [...before.matchAll(/\.entry (\w+)/g)].at(-1)![1];
  return `${kernel}, line ${before.split("\n").length}`;
}
