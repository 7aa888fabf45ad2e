import { loadKoffi, type Koffi } from "../koffi.ts";
import { CudaTrouble, notReady, troubleOf } from "./trouble.ts";

/** Functions of the CUDA driver; pointers are addresses, results are error numbers. */
interface DriverCalls {
  cuInit(flags: number): number;
  cuDriverGetVersion(version: number): number;
  cuDeviceGetCount(count: number): number;
  cuDeviceGet(device: number, ordinal: number): number;
  cuDeviceGetName(name: number, size: number, device: number): number;
  cuDeviceGetPCIBusId(id: number, size: number, device: number): number;
  cuDeviceGetAttribute(value: number, attribute: number, device: number): number;
  cuDevicePrimaryCtxRetain(context: number, device: number): number;
  cuDevicePrimaryCtxRelease_v2(device: number): number;
  cuCtxSetCurrent(context: number): number;
  cuMemGetInfo_v2(free: number, total: number): number;
  cuMemAlloc_v2(address: number, bytes: number): number;
  cuMemFree_v2(address: number): number;
  cuMemcpyHtoD_v2(to: number, from: number, bytes: number): number;
  cuMemcpyDtoH_v2(to: number, from: number, bytes: number): number;
  cuMemsetD8_v2(to: number, value: number, bytes: number): number;
  cuModuleLoadData(module: number, text: number): number;
  cuModuleGetFunction(fn: number, module: number, name: number): number;
  cuLaunchKernel(
    fn: number,
    gridX: number,
    gridY: number,
    gridZ: number,
    blockX: number,
    blockY: number,
    blockZ: number,
    sharedBytes: number,
    stream: number,
    params: number,
    extra: number,
  ): number;
  cuStreamQuery(stream: number): number;
}

const p = "uintptr_t";
const signatures: Readonly<Record<keyof DriverCalls, readonly string[]>> = {
  cuInit: ["uint32_t"],
  cuDriverGetVersion: [p],
  cuDeviceGetCount: [p],
  cuDeviceGet: [p, "int"],
  cuDeviceGetName: [p, "int", "int"],
  cuDeviceGetPCIBusId: [p, "int", "int"],
  cuDeviceGetAttribute: [p, "int", "int"],
  cuDevicePrimaryCtxRetain: [p, "int"],
  cuDevicePrimaryCtxRelease_v2: ["int"],
  cuCtxSetCurrent: [p],
  cuMemGetInfo_v2: [p, p],
  cuMemAlloc_v2: [p, "size_t"],
  cuMemFree_v2: ["uint64_t"],
  cuMemcpyHtoD_v2: ["uint64_t", p, "size_t"],
  cuMemcpyDtoH_v2: [p, "uint64_t", "size_t"],
  cuMemsetD8_v2: ["uint64_t", "uint8_t", "size_t"],
  cuModuleLoadData: [p, p],
  cuModuleGetFunction: [p, p, p],
  cuLaunchKernel: [p, ...Array.from({ length: 7 }, () => "uint32_t"), p, p, p],
  cuStreamQuery: [p],
};

/** The CUDA driver's library, loaded. */
export interface Driver {
  /** Calls a function; false when it is "not ready" yet. Throws `CudaTrouble` when it fails. */
  call<Name extends keyof DriverCalls>(name: Name, ...args: Parameters<DriverCalls[Name]>): boolean;
  /** Where an array's numbers lie; it has to be kept as long as the address is used. */
  addressOf(array: NodeJS.TypedArray): number;
}

/** SEQTUNE_CUDA_DRIVER: another library with the driver's functions. */
export const driverFile = (): string => process.env["SEQTUNE_CUDA_DRIVER"] || "libcuda.so.1";

/** Throws `NativeUnavailable` without koffi and `CudaTrouble` without the driver. */
export function loadDriver(file = driverFile()): Driver {
  const koffi = loadKoffi();
  const library = open(koffi, file);
  const calls = Object.fromEntries(
    Object.entries(signatures).map(([name, parameters]) => [name, bind(library, name, parameters)]),
  ) as Record<keyof DriverCalls, (...values: readonly number[]) => number>;
  const addressOf = (array: NodeJS.TypedArray): number => Number(koffi.address(array));
  const errorName = library.func(`int cuGetErrorName(int, ${p})`);
  return {
    addressOf,
    call: (name, ...args) => {
      const code = calls[name](...args);
      if (code !== 0 && code !== notReady) throw troubleOf(code, name, nameOf(koffi, errorName, code));
      return code === 0;
    },
  };
}

type Library = ReturnType<Koffi["load"]>;

function bind(
  library: Library,
  name: string,
  parameters: readonly string[],
): (...values: readonly number[]) => number {
  try {
    return library.func(`int ${name}(${parameters.join(", ")})`);
  } catch (cause) {
    throw new CudaTrouble(
      `the NVIDIA driver has no ${name}`,
      "install driver 450 or newer (CUDA 11)",
      undefined,
      {
        cause,
      },
    );
  }
}

function open(koffi: Koffi, file: string): Library {
  try {
    return koffi.load(file);
  } catch (cause) {
    const reason = `the NVIDIA driver's library cannot be loaded (${file})`;
    const remedy =
      "install the NVIDIA driver (check: nvidia-smi); in a container start it with --gpus all and the capability compute";
    throw new CudaTrouble(reason, remedy, undefined, { cause });
  }
}

/** The driver's own name of an error. */
function nameOf(koffi: Koffi, errorName: ReturnType<Library["func"]>, code: number): string {
  const pointer = new BigUint64Array(1);
  if (errorName(code, Number(koffi.address(pointer))) !== 0) return "unknown error";
  return String(koffi.decode(pointer[0]!, "char", -1));
}
