import { compileFunction } from "node:vm";
import {
  type Address,
  type CudaDevice,
  fastKernels,
  type Grid,
  type KernelName,
  type Precision,
  threads as threadsPerBlock,
} from "../../../worker/lstm/cuda/device.ts";
import { emit } from "./emit.ts";
import { KernelFault, Memory, type Thread } from "./memory.ts";
import { numbers } from "./numbers.ts";
import { type Kernel, parsePtx } from "./parse.ts";
import { type Share, type Summing, warpProduct } from "./warp.ts";

/** A thread's run: yields the position of each barrier it waits at, and its share of each product of its warp, for its sums. */
type Run = Generator<number | Share, void, readonly number[]>;
type Stop = number | "the end";
const warpSize = 32;
type Start = (t: Thread, m: Memory, n: typeof numbers, args: readonly number[]) => Run;

const compiled = new WeakMap<Kernel, Start>();

export interface InterpreterOptions {
  readonly bytes?: number;
  /** Threads run from the last one to the first. */
  readonly backwards?: boolean;
  /** The text of the kernels for tensor cores, which then stand in for the others. */
  readonly fast?: string;
  /** How its tensor cores sum. */
  readonly summing?: Summing;
}

/**
 * A device that runs PTX text on the CPU, block after block, threads in turns between barriers, and looks at everything they
 * do (memory.ts). Threads that wait at different barriers, or for threads that have ended, are a fault.
 */
export class PtxInterpreter implements CudaDevice {
  readonly name = "PTX interpreter";
  readonly description = "in JavaScript";
  readonly multiprocessors = 1;
  readonly precision: Precision;
  private readonly memory: Memory;
  private readonly kernels: ReadonlyMap<string, Kernel>;
  private readonly backwards: boolean;
  private readonly summing: Summing;

  constructor(text: string, options: InterpreterOptions = {}) {
    const { bytes = 8 << 20, backwards = false, fast, summing = "rising" } = options;
    this.memory = new Memory(bytes);
    this.precision = fast === undefined ? "single" : "fast";
    const tensor = parsePtx(fast ?? "");
    const standIns = fastKernels.flatMap((name): [string, Kernel][] => {
      const kernel = tensor.get(`${name}Fast`);
      return kernel === undefined ? [] : [[name, kernel]];
    });
    this.kernels = new Map([...parsePtx(text), ...standIns]);
    this.backwards = backwards;
    this.summing = summing;
  }

  freeBytes(): number {
    return Infinity;
  }

  alloc(bytes: number): Address {
    return this.memory.alloc(bytes);
  }

  release(address: Address): void {
    this.memory.release(address);
  }

  put(address: Address, from: NodeJS.TypedArray): void {
    const bytes = new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
    this.memory.bytes(address, bytes.length, true).set(bytes);
  }

  take(address: Address, to: NodeJS.TypedArray): void {
    const bytes = this.memory.bytes(address, to.byteLength, false);
    new Uint8Array(to.buffer, to.byteOffset, to.byteLength).set(bytes);
  }

  clear(address: Address, bytes: number): void {
    this.memory.bytes(address, bytes, true).fill(0);
  }

  launch(name: KernelName, [x, y, z]: Grid, lanes: Address, layer: number): void {
    const kernel = this.kernels.get(name)!;
    this.memory.beginLaunch((at) => `${name}: ${kernel.instructions[at]!.text}`);
    for (let block = 0; block < x * y * z; block++) {
      this.memory.beginBlock(kernel.sharedBytes);
      const ctaid = { x: block % x, y: Math.floor(block / x) % y, z: Math.floor(block / (x * y)) };
      const runs = Array.from({ length: threadsPerBlock }, (_, thread) => {
        const t = { tid: one(thread), ctaid, nctaid: { x, y, z }, ntid: one(threadsPerBlock) };
        return this.startOf(kernel)(t, this.memory, numbers, [lanes, layer]);
      });
      this.runBlock(kernel, this.backwards ? runs.toReversed() : runs);
    }
  }

  idle(): boolean {
    return true;
  }

  close(): void {}

  private runBlock(kernel: Kernel, runs: readonly Run[]): void {
    for (;;) {
      const stops = new Set<Stop>();
      for (let from = 0; from < runs.length; from += warpSize)
        for (const stop of this.untilBarrier(kernel, runs.slice(from, from + warpSize))) stops.add(stop);
      if (stops.size > 1)
        throw new KernelFault(`${kernel.name}: threads wait at ${[...stops].join(" and ")}`);
      if (stops.has("the end")) return;
      this.memory.barrier();
    }
  }

  /** Lets the threads of a warp go on to a barrier, or to their end. */
  private untilBarrier(kernel: Kernel, warp: readonly Run[]): readonly Stop[] {
    let stops = warp.map((run) => run.next([]).value ?? "the end");
    for (;;) {
      const shares = stops.filter((stop) => typeof stop === "object");
      if (shares.length === 0) return stops.filter((stop) => typeof stop !== "object");
      if (shares.length < warpSize || shares.some(({ at }) => at !== shares[0]!.at))
        throw new KernelFault(`${kernel.name}: not all threads of a warp take part in a product`);
      const sums = warpProduct(shares, this.summing);
      stops = warp.map((run, index) => run.next(sums[index]!).value ?? "the end");
    }
  }

  private startOf(kernel: Kernel): Start {
    const known = compiled.get(kernel);
    if (known) return known;
    const start = (compileFunction(emit(kernel)) as () => Start)();
    compiled.set(kernel, start);
    return start;
  }
}

function one(x: number): { readonly x: number; readonly y: number; readonly z: number } {
  return { x, y: 0, z: 0 };
}
