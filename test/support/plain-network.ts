import { type SequenceSet } from "../../worker/data/outputs/sequences.ts";
import type { NamedWeights } from "../../worker/engines/engine.ts";
import { type MaskKey, outputMask, recurrentMask } from "../../worker/lstm/dropout.ts";
import type { ModelSettings } from "../../worker/protocol/model-settings.ts";
import { hiddenSizes } from "../../worker/protocol/model-shape.ts";

/**
 * The forward pass of a training batch, dropout included, written out number by number in double precision:
 * slow, plain, and without anything from the engines but the masks.
 */
export function plainForward(
  model: ModelSettings,
  weights: readonly NamedWeights[],
  set: SequenceSet,
  samples: readonly number[],
  key: Omit<MaskKey, "layer">,
): number[][] {
  const named = new Map(weights.map((weight) => [weight.name, weight]));
  const sizes = hiddenSizes(model, set);
  const ways = model.bidirectional ? 2 : 1;
  let sequences = samples.map((sample) => rowsOf(set, sample));
  for (const [layer, units] of sizes.entries()) {
    const last = layer === sizes.length - 1;
    const steps = last ? 1 : set.window;
    const state = recurrentMask({ ...key, layer }, model.recurrent_dropout, ways, samples.length, units);
    const drop = outputMask({ ...key, layer }, model.dropout, steps, samples.length, units, ways);
    sequences = sequences.map((rows, sample) => {
      const outputs = Array.from({ length: ways }, (_, way) => {
        const prefix = `${model.cell}${layer}${way === 1 ? "/reverse" : ""}`;
        const mask = state.subarray((way * samples.length + sample) * units).subarray(0, units);
        const cell = cellOf(model, matrixOf(named, prefix), mask);
        return way === 0 ? scan(cell, units, rows, last) : backwards(cell, units, rows, last);
      });
      return outputs[0]!.map((_, t) =>
        outputs
          .flatMap((output) => output[t]!)
          .map((value, unit) => value * drop[(t * samples.length + sample) * ways * units + unit]!),
      );
    });
  }
  const dense = matrixOf(named, "dense");
  return sequences.map((rows) => add(product(rows.flat(), dense.kernel), dense.bias));
}

interface Matrices {
  readonly kernel: NamedWeights;
  readonly recurrent: NamedWeights | undefined;
  readonly bias: readonly number[];
}

/** One step: state before (h, then c) and input; state after. */
type Cell = (state: readonly number[][], input: readonly number[]) => number[][];

function cellOf(model: ModelSettings, { kernel, recurrent, bias }: Matrices, mask: Float32Array): Cell {
  return ([h, c], input) => {
    const units = h!.length;
    const dropped = h!.map((value, unit) => value * mask[unit]!);
    const fromInput = add(product(input, kernel), bias);
    const fromState = product(dropped, recurrent!);
    const gate = (index: number): number[] =>
      add(fromInput, fromState).slice(index * units, (index + 1) * units);
    if (model.cell === "rnn") return [gate(0).map(Math.tanh)];
    if (model.cell === "lstm") {
      const [i, f, o] = [gate(0).map(sigmoid), gate(1).map(sigmoid), gate(3).map(sigmoid)] as const;
      const next = gate(2).map((value, unit) => f[unit]! * c![unit]! + i[unit]! * Math.tanh(value));
      return [next.map((value, unit) => o[unit]! * Math.tanh(value)), next];
    }
    const [z, r] = [gate(0).map(sigmoid), gate(1).map(sigmoid)] as const;
    const reset = product(times(r, dropped), recurrent!).slice(2 * units);
    const n = add(fromInput.slice(2 * units), reset).map(Math.tanh);
    return [h!.map((value, unit) => z[unit]! * value + (1 - z[unit]!) * n[unit]!)];
  };
}

function scan(cell: Cell, units: number, rows: readonly number[][], last: boolean): number[][] {
  let state: number[][] = [0, 1].map(() => Array.from({ length: units }, () => 0));
  const outputs = rows.map((row) => {
    state = cell(state, row);
    return state[0]!;
  });
  return last ? outputs.slice(-1) : outputs;
}

function backwards(cell: Cell, units: number, rows: readonly number[][], last: boolean): number[][] {
  return scan(cell, units, rows.toReversed(), last).toReversed();
}

function rowsOf(set: SequenceSet, sample: number): number[][] {
  return Array.from({ length: set.window }, (_, t) => {
    const from = (set.starts[sample]! + t) * set.features;
    return Array.from(set.values.subarray(from, from + set.features));
  });
}

function matrixOf(named: ReadonlyMap<string, NamedWeights>, prefix: string): Matrices {
  return {
    kernel: named.get(`${prefix}/kernel`)!,
    recurrent: named.get(`${prefix}/recurrent`),
    bias: Array.from(named.get(`${prefix}/bias`)!.data),
  };
}

function product(row: readonly number[], { shape, data }: NamedWeights): number[] {
  const columns = shape[1]!;
  return Array.from({ length: columns }, (_, column) =>
    row.reduce((sum, value, index) => sum + value * data[index * columns + column]!, 0),
  );
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
const add = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + b[i]!);
const times = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value * b[i]!);
