import type { CudaDevice } from "../lstm/cuda/device.ts";

/** Left free beside what the lanes need by plan: lists of samples, logs, predictions. */
const margin = 64 * 2 ** 20;

/** Counts lanes, and lets one wait where the device has no room for it beside the others. */
export class Berths {
  private readonly device: CudaDevice;
  private taken = 0;
  private waiting: (() => void)[] = [];

  constructor(device: CudaDevice) {
    this.device = device;
  }

  /** With the device at rest: takes a berth for a lane of this many bytes, or says no. A lane alone always gets one. */
  take(bytes: number): boolean {
    if (this.taken > 0 && bytes + margin > this.device.freeBytes()) return false;
    this.taken++;
    return true;
  }

  release(): void {
    this.taken--;
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** Until a lane ends. */
  async untilReleased(): Promise<void> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
