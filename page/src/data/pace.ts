/** Between two updates at least. */
const shortestMs = 1000;
const longestMs = 10_000;
/** An update is followed by a rest of this many times what it took. */
const restShare = 30;

/**
 * Shows news at a pace that leaves the machine to the sweep: the first at once, those that come meanwhile together. An update that
 * takes long, for there is much to draw or the machine is busy, is followed by a longer rest.
 */
export class Pace {
  private readonly show: () => void;
  private timer = 0;
  private rests = false;
  private isWanted = false;

  constructor(show: () => void) {
    this.show = show;
  }

  /** There is something to show. */
  news(): void {
    this.isWanted = true;
    if (!this.rests) this.update();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.rests = true;
  }

  private update(): void {
    if (!this.isWanted) return;
    this.isWanted = false;
    this.rests = true;
    const began = performance.now();
    this.show();
    // After the frame in which it is drawn.
    this.timer = window.setTimeout(() => {
      const rest = restShare * (performance.now() - began);
      this.timer = window.setTimeout(
        () => {
          this.rests = false;
          this.update();
        },
        Math.min(longestMs, Math.max(shortestMs, rest)),
      );
    });
  }
}
