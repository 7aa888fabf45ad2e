import { bestBuild, type Build, instantiate, type Kernels } from "./kernels.ts";
import { findOpenBlas, type OpenBlas } from "./openblas.ts";

/** A memory and the kernels that work on it. */
export interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  readonly blas: OpenBlas | null;
}

export class OutOfMemory extends Error {
  readonly bytes: number;
  constructor(bytes: number, cause?: unknown) {
    super(
      `the model needs ${(bytes / 2 ** 30).toFixed(1)} GiB and cannot have it (4 GiB at most); ` +
        "take fewer units or layers, or a shorter window",
      { cause },
    );
    this.name = "OutOfMemory";
    this.bytes = bytes;
  }
}

const pageBytes = 65536;
const mostPages = 65536;

/**
 * Makes machines, and keeps them for the next model: a memory taken anew for every trial would grow the process
 * until the garbage collector came by.
 */
export class MachineShop {
  readonly build: Build;
  readonly blas: OpenBlas | null;
  private idle: Machine[] = [];

  /** `blas`: "auto" takes OpenBLAS where it is found. */
  constructor(build: Build = bestBuild(), blas: OpenBlas | null = findOpenBlas()) {
    this.build = build;
    this.blas = blas;
  }

  /** A machine with at least so many bytes of memory, all 0. */
  take(bytes: number): Machine {
    const pages = Math.ceil(bytes / pageBytes);
    if (pages > mostPages) throw new OutOfMemory(bytes);
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
      return { memory, kernels: instantiate(this.build, memory, this.blas), blas: this.blas };
    } catch (cause) {
      if (cause instanceof RangeError) throw new OutOfMemory(bytes, cause);
      throw cause;
    }
  }
}
