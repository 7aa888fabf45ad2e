import { type Dropout, type MaskRule, maskRule } from "./dropout.ts";
import { writeLayerRecord } from "./layer-record.ts";
import type { Machine } from "./machine.ts";
import type { Plan } from "./plan.ts";
import { layerRecord } from "./records.ts";
import { copyWindows, type Samples } from "./samples.ts";
import type { NetworkShape } from "./shape.ts";

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

  /** Samples computed at once, at most. */
  get rows(): number {
    return this.plan.rows;
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
    dropout: Dropout | null = null,
  ): Float32Array {
    const { kernels } = this.machine;
    this.record(count, set.lengths !== undefined, dropout !== null);
    this.stage(set, samples, from, count);
    if (dropout) this.drawMasks(dropout, from, count);
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

  /** Draws the masks of samples [from, from + count) of the batch. */
  private drawMasks(dropout: Dropout, from: number, count: number): void {
    const { hidden, window, bidirectional } = this.shape;
    for (const { layer, reverse, units, mask, recurrentMask } of this.plan.directions) {
      const key = { ...dropout, layer };
      const [side, row] = [reverse ? 1 : 0, bidirectional ? 2 * units : units];
      const steps = layer === hidden.length - 1 ? 1 : window;
      const draw = (rule: MaskRule, times: number, to: number, ld: number): void => {
        const [key0, key1] = rule.key;
        const { threshold, kept } = rule;
        const { kernels } = this.machine;
        kernels.dropoutMask(times, from, count, units, side, key0, key1, threshold, kept, to, ld);
      };
      if (mask) draw(maskRule(key, "output", dropout.outputRate), steps, mask + side * units * 4, row);
      if (recurrentMask) draw(maskRule(key, "state", dropout.stateRate), 1, recurrentMask, units);
    }
  }

  /** Tells the kernels the number of rows and which masks apply. */
  private record(rows: number, lengths: boolean, masks: boolean): void {
    if (rows === this.recordedRows && lengths === this.recordedLengths && masks === this.recordedMasks)
      return;
    this.recordedRows = rows;
    this.recordedLengths = lengths;
    this.recordedMasks = masks;
    const { memory } = this.machine;
    const batch = { rows, lengths, masks };
    for (const direction of this.plan.directions) {
      const record = layerRecord(this.shape, this.plan, direction, batch);
      writeLayerRecord(record, memory, direction.record);
    }
  }
}
