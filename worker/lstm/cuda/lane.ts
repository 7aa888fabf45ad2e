import { maskRule, type MaskKind } from "../dropout.ts";
import type { Loss } from "../losses.ts";
import { OutOfMemory } from "../machine.ts";
import type { Penalties } from "../training.ts";
import type { Address, CudaDevice } from "./device.ts";
import type { LaneExtent } from "./launches.ts";
import {
  arraysOf,
  bytesOfLane,
  type LaneData,
  type LaneNeeds,
  numbersPerStep,
  roomBytes,
  type RoomName,
} from "./lane-needs.ts";
import type { LanePlan } from "./plan.ts";
import { type LaneObjective, type LaneSpan, flags, laneRecord, type Piece } from "./record.ts";
import { Room, type Tables } from "./tables.ts";
import { CudaTrouble, outOfMemory } from "./trouble.ts";
import { fromDevice, toDevice } from "./weights.ts";

/** What a lane minimises, and how. */
export interface LaneGoal {
  readonly loss: Loss;
  readonly penalties: Penalties;
  /** The optimizer's code. */
  readonly rule: number;
  readonly seed: number;
  readonly outputRate: number;
  readonly stateRate: number;
}

/** What a lane computes next, piece by piece. */
export interface LaneWork {
  readonly set: LaneData;
  /** Positions in the set, in the order of computation. */
  readonly samples: Int32Array;
  readonly pieces: readonly Piece[];
  /** The same as the kernels read them: made before the device rests. */
  readonly records: Uint8Array;
  /** [steps, 8]: see numbersOf. */
  readonly numbers: Float64Array;
}

const lossCodes: Readonly<Record<Loss["kind"], number>> = {
  mse: 0,
  mae: 1,
  huber: 2,
  binary_crossentropy: 3,
  categorical_crossentropy: 4,
  quantile: 5,
};

/** Vectors of a lane before the optimizer's slots: weights and gradient. */
export const firstSlot = 2;

/** One trial's place on the device: its memory, and what it is to compute. */
export class Lane {
  readonly plan: LanePlan;
  private readonly device: CudaDevice;
  private readonly tables: Tables;
  private readonly goal: LaneGoal;
  private readonly spans: readonly LaneSpan[];
  private readonly memory: Address;
  private readonly rooms: Readonly<Record<RoomName, Room>>;
  /** For as long as the lane is there, and for the work it does. */
  private readonly held: NodeJS.TypedArray[] = [];
  private borrowed: NodeJS.TypedArray[] = [];

  /** Throws `OutOfMemory`. */
  constructor(
    device: CudaDevice,
    tables: Tables,
    plan: LanePlan,
    goal: LaneGoal,
    spans: readonly LaneSpan[],
    needs: LaneNeeds,
  ) {
    this.device = device;
    this.tables = tables;
    this.goal = goal;
    this.spans = spans;
    this.plan = plan;
    const room = (): Room => new Room(device);
    this.rooms = {
      samples: room(),
      pieces: room(),
      numbers: room(),
      losses: room(),
      squares: room(),
      outputs: room(),
    };
    this.memory = this.allocate(needs);
    if ("weights" in goal.loss && goal.loss.weights) {
      const { positive, negative } = goal.loss.weights;
      device.put(this.memory + this.plan.classWeights * 4, Float32Array.of(...positive, ...negative));
    }
  }

  /** Sets the weights (vector 0) or a slot of the optimizer (2, 3) from their flat form (../shape.ts). */
  put(vector: number, flat: Float32Array): void {
    this.device.put(this.memory + this.plan.vectors[vector]! * 4, toDevice(this.plan, flat));
  }

  /** A copy of the weights, their gradient (1) or a slot, as the kernels keep them: see `flat`. */
  get(vector: number): Float32Array {
    const found = new Float32Array(this.plan.weightCount);
    this.device.take(this.memory + this.plan.vectors[vector]! * 4, found);
    return found;
  }

  /** What `get` gave, in the flat form of ../shape.ts; the device need not rest. */
  flat(vector: Float32Array): Float32Array {
    return fromDevice(this.plan, vector);
  }

  /** Brings the work's tables to the device; what to write to the lane's place so that it starts. */
  prepare({ set, samples, pieces, records, numbers }: LaneWork): Uint8Array {
    const { rooms, plan, spans } = this;
    const before = this.borrowed;
    this.borrowed = [];
    const table = (array: NodeJS.TypedArray | undefined): Address => {
      if (array === undefined) return 0;
      this.borrowed.push(array);
      return this.tables.borrow(array);
    };
    const steps = numbers.length / numbersPerStep;
    const pointers = {
      memory: this.memory,
      values: table(set.values),
      starts: table(set.starts),
      lengths: table(set.lengths),
      targets: table(set.targets),
      samples: rooms.samples.put(samples),
      pieces: rooms.pieces.put(records),
      numbers: rooms.numbers.put(numbers),
      losses: rooms.losses.atLeast(pieces.length * 4),
      squares: rooms.squares.atLeast(steps * spans.length * 8),
      outputs: rooms.outputs.atLeast(samples.length * plan.shape.outputs * 4),
    };
    for (const array of before) this.tables.giveBack(array);
    return laneRecord(plan, pointers, objectiveOf(this.goal), spans, pieces.length);
  }

  extent(pieces: readonly Piece[]): LaneExtent {
    return {
      plan: this.plan,
      count: pieces.reduce((most, { count }) => Math.max(most, count), 0),
      spans: this.spans.length,
      longestSpan: Math.max(...this.spans.map(({ length }) => length)),
      masked: this.goal.outputRate > 0 || this.goal.stateRate > 0,
      trains: pieces.some((piece) => (piece.flags & flags.train) !== 0),
    };
  }

  /** Sums of the losses of the first pieces done. */
  losses(pieces: number): Float32Array {
    return this.taken(this.rooms.losses, new Float32Array(pieces));
  }

  /** Of the first steps done: the sum of squares of each weight's gradient, before clipping [steps, spans]. */
  squares(steps: number): Float64Array {
    return this.taken(this.rooms.squares, new Float64Array(steps * this.spans.length));
  }

  /** What came out of the network for the samples of a work that does not train [samples, outputs]. */
  outputs(samples: number): Float32Array {
    return this.taken(this.rooms.outputs, new Float32Array(samples * this.plan.shape.outputs));
  }

  dispose(): void {
    this.releaseRest();
    this.device.release(this.memory);
  }

  /** The lane's memory; what its works need is taken, too. */
  private allocate(needs: LaneNeeds): Address {
    const { device, tables, plan, spans } = this;
    const bytes = bytesOfLane(tables, plan, needs, spans.length);
    try {
      for (const [name, size] of Object.entries(roomBytes(needs, spans.length, plan.shape.outputs)))
        this.rooms[name as RoomName].atLeast(size);
      for (const array of needs.sets.flatMap((set) => arraysOf(set))) {
        tables.borrow(array);
        this.held.push(array);
      }
      return device.alloc(plan.bytes);
    } catch (cause) {
      this.releaseRest();
      if (!(cause instanceof CudaTrouble && cause.code === outOfMemory)) throw cause;
      throw new OutOfMemory(bytes, ` (${device.name} has ${gib(device.freeBytes())} GiB free)`, cause);
    }
  }

  private releaseRest(): void {
    for (const array of [...this.borrowed, ...this.held.splice(0)]) this.tables.giveBack(array);
    this.borrowed = [];
    for (const room of Object.values(this.rooms)) room.dispose();
  }

  private taken<A extends NodeJS.TypedArray>(room: Room, to: A): A {
    this.device.take(room.at, to);
    return to;
  }
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}

function objectiveOf(goal: LaneGoal): LaneObjective {
  const { loss, penalties, seed } = goal;
  const mask = (kind: MaskKind, rate: number) => maskRule({ seed, epoch: 0, batch: 0, layer: 0 }, kind, rate);
  return {
    loss: lossCodes[loss.kind],
    delta: loss.kind === "huber" ? loss.delta : 0,
    classWeights: "weights" in loss && loss.weights !== null,
    rule: goal.rule,
    l2: penalties.l2,
    clipValue: penalties.clipValue ?? Infinity,
    clipNorm: penalties.clipNorm ?? Infinity,
    seed,
    outputMask: mask("output", goal.outputRate),
    stateMask: mask("state", goal.stateRate),
  };
}
