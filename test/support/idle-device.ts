import type { CudaDevice } from "../../worker/lstm/cuda/device.ts";

/** A GPU that computes nothing, at once; what it is asked to read stays as it was: 0. */
export function idleDevice(overrides: Partial<CudaDevice> = {}): CudaDevice {
  let top = 4096;
  return {
    name: "nothing",
    description: "computes nothing",
    multiprocessors: 132,
    precision: "single",
    freeBytes: () => Infinity,
    alloc: (bytes) => (top += bytes),
    release: () => {},
    put: () => {},
    take: () => {},
    clear: () => {},
    launch: () => {},
    idle: () => true,
    close: () => {},
    ...overrides,
  };
}
