/**
 * Lets the event loop turn now and then during a long computation: messages arrive and abort signals fire only
 * when it does. `now` in milliseconds.
 */
export class Breather {
  private readonly everyMs: number;
  private readonly now: () => number;
  private last: number;

  constructor(everyMs = 50, now: () => number = () => performance.now()) {
    this.everyMs = everyMs;
    this.now = now;
    this.last = now();
  }

  /** True when the last turn is `everyMs` ago. */
  get due(): boolean {
    return this.now() - this.last >= this.everyMs;
  }

  async turn(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.last = this.now();
  }
}
