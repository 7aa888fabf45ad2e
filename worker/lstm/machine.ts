import { bestBuild, type Build, instantiate, type Kernels } from "./kernels.ts";

/** A memory and the kernels that work on it. */
export interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
}

export class OutOfMemory extends Error {
  readonly bytes: number;
  /** `limit`: what there is at most, as a remark. */
  constructor(bytes: number, limit = "", cause?: unknown) {
    super(
      `the model needs ${(bytes / 2 ** 30).toFixed(1)} GiB and cannot have it${limit}; ` +
        "take fewer units or layers, or a shorter window",
      { cause },
    );
    this.name = "OutOfMemory";
    this.bytes = bytes;
  }
}

const pageBytes = 65536;
const mostPages = 65536;
const mostOfWasm = " (4 GiB at most)";

/**
 * Makes machines, and keeps them for the next model: a new memory for every trial would grow the process
 * until the garbage collector came by.
 */
export class MachineShop {
  readonly build: Build;
  private idle: Machine[] = [];

  constructor(build: Build = bestBuild()) {
    this.build = build;
  }

  /** A machine with at least this many bytes of memory, all 0. */
  take(bytes: number): Machine {
    const pages = Math.ceil(bytes / pageBytes);
    if (pages > mostPages) throw new OutOfMemory(bytes, mostOfWasm);
    const fitting = this.idle.findIndex(({ memory }) => memory.buffer.byteLength >= bytes);
    if (fitting < 0) {
      this.idle = [];
      return this.make(pages, bytes);
    }
    const [machine] = this.idle.splice(fitting, 1);
    new Uint8Array(machine!.memory.buffer, pageBytes).fill(0);
    return machine!;
  }

  giveBack(machine: Machine): void {
    this.idle.push(machine);
  }

  dispose(): void {
    this.idle = [];
  }

  private make(pages: number, bytes: number): Machine {
    try {
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
      return { memory, kernels: instantiate(this.build, memory) };
    } catch (cause) {
      if (cause instanceof RangeError) throw new OutOfMemory(bytes, mostOfWasm, cause);
      throw cause;
    }
  }
}
