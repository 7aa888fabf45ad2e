import { writeLayerRecord } from "./layer-record.ts";
import type { Machine } from "./machine.ts";
import type { Plan } from "./plan.ts";
import { layerRecord } from "./records.ts";
import { copyWindows, type Samples } from "./samples.ts";
import type { NetworkShape } from "./shape.ts";

/** Dropout masks of one batch, for all its samples; see worker/engines/masks.ts for their nesting. */
export interface Masks {
  /** [steps, samples, units] of each layer, or null. */
  readonly outputs: readonly (Float32Array | null)[];
  /** [directions, samples, units] of each layer, or null. */
  readonly states: readonly (Float32Array | null)[];
}

/** A network in a machine's memory: forward and backward passes over chunks of up to `plan.rows` samples. */
export class Network {
  readonly shape: NetworkShape;
  readonly plan: Plan;
  readonly machine: Machine;
  /** All of the machine's memory as floats. */
  readonly heap: Float32Array;
  private readonly training: boolean;
  private readonly windows: Float32Array;
  private ready = false;
  private recordedRows = 0;
  private recordedMasks = false;
  private recordedLengths = false;

  constructor(shape: NetworkShape, plan: Plan, machine: Machine, training: boolean) {
    this.shape = shape;
    this.plan = plan;
    this.machine = machine;
    this.training = training;
    this.heap = new Float32Array(machine.memory.buffer);
    this.windows = this.heap.subarray(plan.windows / 4);
    this.writeOnes();
  }

  /** The weights (or their gradient, or a slot of the optimizer) as one flat vector, not a copy. */
  vector(address: number): Float32Array {
    const { weights } = this.plan;
    const { dense } = this.plan;
    const length = (dense.weights - weights) / 4 + (dense.inputs + 1) * this.shape.outputs;
    return this.heap.subarray(address / 4, address / 4 + length);
  }

  /** To be called after every change of the weights. */
  weightsChanged(): void {
    this.ready = false;
  }

  /** Outputs [count, outputs] of samples[from … from + count); a view of memory that the next call overwrites. */
  forward(
    set: Samples,
    samples: ArrayLike<number>,
    from: number,
    count: number,
    masks: Masks | null = null,
  ): Float32Array {
    const { kernels } = this.machine;
    this.record(count, set.lengths !== undefined, masks !== null);
    this.stage(set, samples, from, count);
    if (masks) this.stageMasks(masks, from, count, samples.length);
    if (!this.ready) {
      for (const { record } of this.plan.directions) kernels.prepare(record, this.training);
      this.ready = true;
    }
    for (const { record } of this.plan.directions) kernels.forward(record);
    const { dense } = this.plan;
    const { outputs } = this.shape;
    kernels.denseForward(
      count,
      dense.inputs,
      outputs,
      dense.x,
      dense.inputs + 1,
      dense.weights,
      dense.panels,
      dense.y,
    );
    return this.heap.subarray(dense.y / 4, dense.y / 4 + count * outputs);
  }

  /** Where the gradient of the loss by the outputs [count, outputs] belongs before `backward`. */
  outputGradient(count: number): Float32Array {
    const start = this.plan.dense.dy / 4;
    return this.heap.subarray(start, start + count * this.shape.outputs);
  }

  /** Adds the gradient of the loss by every weight, for the samples of the last `forward`. */
  backward(count: number): void {
    const { kernels } = this.machine;
    const { dense, directions } = this.plan;
    const { outputs } = this.shape;
    const { inputs } = dense;
    kernels.denseGradient(count, inputs, outputs, dense.x, inputs + 1, dense.dy, dense.gradient);
    if (directions.length === 0) return;
    kernels.denseBackward(
      count,
      inputs,
      outputs,
      dense.dy,
      dense.weights,
      dense.scratch,
      dense.panels,
      dense.dx,
      dense.ldDx,
    );
    for (let i = directions.length - 1; i >= 0; i--) kernels.backward(directions[i]!.record);
  }

  clearGradient(): void {
    this.heap.fill(0, this.plan.gradient / 4, this.plan.gradient / 4 + this.plan.padded);
  }

  /** The column of ones that makes the bias a row of the weights. */
  private writeOnes(): void {
    const { directions, dense, rows } = this.plan;
    for (const { z, ldz } of directions) {
      const count = (this.shape.window + 1) * rows;
      for (let row = 0; row < count; row++) this.heap[z / 4 + row * ldz + ldz - 1] = 1;
    }
    const width = dense.inputs + 1;
    for (let row = 0; row < rows; row++) this.heap[dense.x / 4 + row * width + dense.inputs] = 1;
  }

  private stage(set: Samples, samples: ArrayLike<number>, from: number, count: number): void {
    const { directions, dense, lengths, windows } = this.plan;
    if (set.lengths !== undefined) {
      const words = new Int32Array(this.machine.memory.buffer, lengths, count);
      for (let b = 0; b < count; b++) words[b] = set.lengths[samples[from + b]!]!;
    }
    const { features, window } = this.shape;
    const { kernels } = this.machine;
    copyWindows(set, samples, from, count, this.windows);
    if (directions.length === 0) {
      const row = (dense.inputs + 1) * 4;
      kernels.scatterRows(count, 1, window * features, windows, dense.x, row, 0);
    }
    for (const { layer, reverse, z, ldz } of directions) {
      if (layer > 0) break;
      const step = count * ldz * 4;
      const first = reverse ? z + (window - 1) * step : z;
      kernels.scatterRows(count, window, features, windows, first, ldz * 4, reverse ? -step : step);
    }
  }

  private stageMasks(masks: Masks, from: number, count: number, all: number): void {
    const { directions } = this.plan;
    const both = this.shape.bidirectional ? 2 : 1;
    for (const { layer, reverse, units, mask, recurrentMask } of directions) {
      const outputs = masks.outputs[layer];
      if (outputs && !reverse) copySamples(outputs, all, units * both, from, count, this.heap, mask / 4);
      const states = masks.states[layer];
      if (states) {
        const start = ((reverse ? all : 0) + from) * units;
        this.heap.set(states.subarray(start, start + count * units), recurrentMask / 4);
      }
    }
  }

  /** Tells the kernels the number of rows and which masks apply. */
  private record(rows: number, lengths: boolean, masks: boolean): void {
    if (rows === this.recordedRows && lengths === this.recordedLengths && masks === this.recordedMasks)
      return;
    this.recordedRows = rows;
    this.recordedLengths = lengths;
    this.recordedMasks = masks;
    const { blas, memory } = this.machine;
    const batch = { rows, lengths, masks, blas };
    for (const direction of this.plan.directions) {
      const record = layerRecord(this.shape, this.plan, direction, batch);
      writeLayerRecord(record, memory, direction.record);
    }
    // The layouts of the weights depend on which products go to OpenBLAS.
    this.ready = false;
  }
}

/** Copies samples [from, from + count) of a mask [steps, all, units] to [steps, count, units]. */
function copySamples(
  mask: Float32Array,
  all: number,
  units: number,
  from: number,
  count: number,
  heap: Float32Array,
  target: number,
): void {
  const steps = mask.length / (all * units);
  for (let s = 0; s < steps; s++) {
    const start = (s * all + from) * units;
    heap.set(mask.subarray(start, start + count * units), target + s * count * units);
  }
}
