import type { Address, CudaDevice } from "./device.ts";

/** Data on the device, one copy for all lanes that use it. */
export class Tables {
  private readonly device: CudaDevice;
  private readonly known = new Map<NodeJS.TypedArray, { readonly at: Address; users: number }>();

  constructor(device: CudaDevice) {
    this.device = device;
  }

  borrow(array: NodeJS.TypedArray): Address {
    const known = this.known.get(array);
    if (known) {
      known.users++;
      return known.at;
    }
    const at = this.device.alloc(array.byteLength);
    this.device.put(at, array);
    this.known.set(array, { at, users: 1 });
    return at;
  }

  /** Bytes of those that are not on the device yet. */
  missing(arrays: readonly NodeJS.TypedArray[]): number {
    let bytes = 0;
    for (const array of new Set(arrays)) if (!this.known.has(array)) bytes += array.byteLength;
    return bytes;
  }

  giveBack(array: NodeJS.TypedArray): void {
    const known = this.known.get(array);
    if (known === undefined || --known.users > 0) return;
    this.known.delete(array);
    this.device.release(known.at);
  }
}

/** A piece of device memory that grows when more is put there. */
export class Room {
  private readonly device: CudaDevice;
  private bytes = 0;
  at: Address = 0;

  constructor(device: CudaDevice) {
    this.device = device;
  }

  /** Its address, with at least this many bytes; growing forgets what it held. */
  atLeast(bytes: number): Address {
    if (bytes <= this.bytes) return this.at;
    this.dispose();
    const taken = Math.max(256, bytes);
    this.at = this.device.alloc(taken);
    this.bytes = taken;
    return this.at;
  }

  put(array: NodeJS.TypedArray): Address {
    const at = this.atLeast(array.byteLength);
    this.device.put(at, array);
    return at;
  }

  dispose(): void {
    if (this.at !== 0) this.device.release(this.at);
    this.at = 0;
    this.bytes = 0;
  }
}
