import { readFileSync } from "node:fs";
import {
  type Address,
  type CudaDevice,
  fastKernels,
  type Grid,
  type KernelName,
  kernelNames,
  type Precision,
  threads,
} from "./device.ts";
import { type Driver, loadDriver } from "./driver.ts";
import { CudaTrouble } from "./trouble.ts";

/** CUdevice_attribute */
const attributes = { multiprocessors: 16, major: 75, minor: 76 } as const;
/** What the text of the kernels is compiled for; newer GPUs compile it once more, older ones cannot. */
const leastCapability = 7.5;
/** That of the kernels for tensor cores. */
const fastCapability = 8;

/**
 * The first GPU that this process sees (CUDA_VISIBLE_DEVICES). One without tensor cores for TF32 has single precision, whatever is
 * asked for. Throws `CudaTrouble` or `NativeUnavailable`.
 */
export function openDevice(driver: Driver = loadDriver(), precision: Precision = "single"): CudaDevice {
  driver.call("cuInit", 0);
  return new DriverDevice(driver, precision);
}

/** The text the driver compiles for its GPU: all kernels, or those for tensor cores. */
export function kernelText(precision: Precision = "single"): Buffer {
  const file = precision === "fast" ? "./fast.ptx" : "./kernels.ptx";
  return readFileSync(new URL(file, import.meta.url));
}

class DriverDevice implements CudaDevice {
  readonly name: string;
  readonly description: string;
  readonly multiprocessors: number;
  readonly precision: Precision;
  private readonly driver: Driver;
  private readonly device: number;
  private readonly kernels: Readonly<Record<KernelName, number>>;
  /** What calls write their results to, and a launch's arguments. */
  private readonly out = new BigUint64Array(2);
  private readonly outAt: number;
  private readonly lanes = new BigUint64Array(1);
  private readonly layer = new Uint32Array(1);
  private readonly pointers: BigUint64Array;
  private readonly pointersAt: number;

  constructor(driver: Driver, asked: Precision) {
    this.driver = driver;
    this.outAt = driver.addressOf(this.out);
    this.pointers = BigUint64Array.of(
      BigInt(driver.addressOf(this.lanes)),
      BigInt(driver.addressOf(this.layer)),
    );
    this.pointersAt = driver.addressOf(this.pointers);
    this.device = this.int("cuDeviceGet", 0);
    const name = this.text("cuDeviceGetName");
    const capability = this.capability(name);
    this.precision = capability < fastCapability ? "single" : asked;
    this.name =
      this.precision === asked
        ? name
        : `${name}, in single precision (precision fast needs compute capability ${fastCapability.toFixed(1)}, this GPU has ${capability.toFixed(1)})`;
    this.multiprocessors = this.attribute("multiprocessors");
    this.description = this.describe(capability);
    driver.call("cuDevicePrimaryCtxRetain", this.outAt, this.device);
    driver.call("cuCtxSetCurrent", Number(this.out[0]));
    this.kernels = this.load();
  }

  freeBytes(): number {
    this.driver.call("cuMemGetInfo_v2", this.outAt, this.outAt + 8);
    return Number(this.out[0]);
  }

  alloc(bytes: number): Address {
    this.driver.call("cuMemAlloc_v2", this.outAt, Math.max(bytes, 16));
    return Number(this.out[0]);
  }

  release(address: Address): void {
    this.driver.call("cuMemFree_v2", address);
  }

  put(address: Address, from: NodeJS.TypedArray): void {
    if (from.byteLength > 0)
      this.driver.call("cuMemcpyHtoD_v2", address, this.driver.addressOf(from), from.byteLength);
  }

  take(address: Address, to: NodeJS.TypedArray): void {
    if (to.byteLength > 0)
      this.driver.call("cuMemcpyDtoH_v2", this.driver.addressOf(to), address, to.byteLength);
  }

  clear(address: Address, bytes: number): void {
    this.driver.call("cuMemsetD8_v2", address, 0, bytes);
  }

  launch(kernel: KernelName, [x, y, z]: Grid, lanes: Address, layer: number): void {
    this.lanes[0] = BigInt(lanes);
    this.layer[0] = layer;
    this.driver.call(
      "cuLaunchKernel",
      this.kernels[kernel],
      x,
      y,
      z,
      threads,
      1,
      1,
      0,
      0,
      this.pointersAt,
      0,
    );
  }

  idle(): boolean {
    return this.driver.call("cuStreamQuery", 0);
  }

  close(): void {
    this.driver.call("cuDevicePrimaryCtxRelease_v2", this.device);
  }

  private load(): Record<KernelName, number> {
    const kernels = this.loadText("single", kernelNames, "");
    return this.precision === "single"
      ? kernels
      : { ...kernels, ...this.loadText("fast", fastKernels, "Fast") };
  }

  private loadText<Name extends KernelName>(
    precision: Precision,
    names: readonly Name[],
    suffix: string,
  ): Record<Name, number> {
    const text = Buffer.concat([kernelText(precision), Buffer.alloc(1)]);
    this.driver.call("cuModuleLoadData", this.outAt, this.driver.addressOf(text));
    const module = Number(this.out[0]);
    const find = (name: string): number => {
      this.driver.call(
        "cuModuleGetFunction",
        this.outAt,
        module,
        this.driver.addressOf(Buffer.from(`${name}\0`)),
      );
      return Number(this.out[0]);
    };
    return Object.fromEntries(names.map((name) => [name, find(`${name}${suffix}`)])) as Record<Name, number>;
  }

  private capability(name: string): number {
    const capability = this.attribute("major") + this.attribute("minor") / 10;
    if (capability < leastCapability) {
      throw new CudaTrouble(
        `${name} has compute capability ${capability.toFixed(1)}, and the kernels need ${leastCapability}`,
        "use a newer GPU (Turing, 2018, or later), or the engine auto",
      );
    }
    return capability;
  }

  private describe(capability: number): string {
    this.driver.call("cuDriverGetVersion", this.outAt);
    const version = Number(this.out[0]! & 0xffffffffn);
    const parts = [
      `CUDA ${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`,
      `compute capability ${capability.toFixed(1)}`,
      this.text("cuDeviceGetPCIBusId"),
    ];
    if (this.precision === "fast") parts.push("TF32 on tensor cores");
    return parts.join(", ");
  }

  private attribute(name: keyof typeof attributes): number {
    this.driver.call("cuDeviceGetAttribute", this.outAt, attributes[name], this.device);
    return Number(this.out[0]! & 0xffffffffn);
  }

  private int(name: "cuDeviceGet", ordinal: number): number {
    this.driver.call(name, this.outAt, ordinal);
    return Number(this.out[0]! & 0xffffffffn);
  }

  private text(name: "cuDeviceGetName" | "cuDeviceGetPCIBusId"): string {
    const text = Buffer.alloc(100);
    this.driver.call(name, this.driver.addressOf(text), text.length, this.device);
    return text.toString("utf8").replace(/\0.*$/s, "");
  }
}
