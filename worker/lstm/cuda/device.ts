/** The kernels of kernels/, by name; all take the address of the lanes, some a layer besides. */
export const kernelNames = [
  "transpose",
  "masks",
  "forward",
  "forwardGru",
  "forwardRnn",
  "dense",
  "backward",
  "backwardGru",
  "backwardRnn",
  "below",
  "belowRows",
  "weights",
  "denseWeights",
  "measure",
  "update",
  "advance",
] as const;
export type KernelName = (typeof kernelNames)[number];

/** Those that fast.ptx has once more, for tensor cores, under these names with `Fast` behind. */
export const fastKernels = [
  "forward",
  "forwardGru",
  "forwardRnn",
  "backward",
  "backwardGru",
  "backwardRnn",
  "below",
  "belowRows",
  "weights",
] as const satisfies readonly KernelName[];

/** `fast`: products on tensor cores, of factors rounded to TF32. */
export type Precision = "single" | "fast";

export type Grid = readonly [x: number, y: number, z: number];

/** Where something lies on the device, in bytes. */
export type Address = number;

/**
 * Port: a GPU that runs our kernels. Launches return at once and follow one another; `put`, `take` and `clear` wait for
 * them. All throw `CudaTrouble`, in words with the next step.
 */
export interface CudaDevice {
  /** Such as `NVIDIA H200`. */
  readonly name: string;
  /** Such as `driver 12.4, compute capability 9.0`. */
  readonly description: string;
  readonly multiprocessors: number;
  /** Of the kernels that it runs. */
  readonly precision: Precision;
  /** Bytes that are not in use. */
  freeBytes(): number;
  /** Contents are arbitrary. */
  alloc(bytes: number): Address;
  release(address: Address): void;
  put(address: Address, from: NodeJS.TypedArray): void;
  take(address: Address, to: NodeJS.TypedArray): void;
  clear(address: Address, bytes: number): void;
  launch(kernel: KernelName, grid: Grid, lanes: Address, layer: number): void;
  /** Whether all launches have ended. */
  idle(): boolean;
  close(): void;
}

/** Threads of a block, in every launch. */
export const threads = 128;
