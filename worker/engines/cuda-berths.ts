import type { Deck } from "../lstm/cuda/deck.ts";
import type { CudaDevice } from "../lstm/cuda/device.ts";

/** Left free beside what the lanes need by plan, which allocations round up. */
const margin = 64 * 2 ** 20;

/** Counts lanes, and lets one wait where the device has no room for it beside the others. */
export class Berths {
  private readonly device: CudaDevice;
  private readonly deck: Deck;
  private taken = 0;
  private waiting: (() => void)[] = [];

  constructor(deck: Deck) {
    this.device = deck.device;
    this.deck = deck;
  }

  /**
   * The lane that `make` makes, as soon as there is room for its bytes beside the others: one alone is always made. Both are called
   * while the device rests.
   */
  async open<T extends object>(bytes: () => number, make: () => T): Promise<T> {
    for (;;) {
      const lane = await this.deck.between(() => this.take(bytes(), make));
      if (lane !== null) return lane;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Gives back what `open` took. */
  async close(lane: { dispose(): void }): Promise<void> {
    await this.deck.between(() => {
      lane.dispose();
      this.release();
    });
  }

  private take<T>(bytes: number, make: () => T): T | null {
    if (this.taken > 0 && bytes + margin > this.device.freeBytes()) return null;
    this.taken++;
    try {
      return make();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  private release(): void {
    this.taken--;
    for (const wake of this.waiting.splice(0)) wake();
  }
}
