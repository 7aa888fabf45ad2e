import PQueue from "p-queue";

/**
 * Bounds the trials in flight to the slots there are. A task is one use of a slot; one task waits behind the
 * busy ones, so that what to run next is decided as late as possible.
 */
export class Slots {
  private readonly queue = new PQueue({ concurrency: 1, autoStart: false });
  private readonly onError: (error: unknown) => void;
  private closed = false;
  /** How to free the slot of a trial, by number. */
  private readonly held = new Map<number, () => void>();
  private abandoned = false;

  constructor(onError: (error: unknown) => void) {
    this.onError = onError;
  }

  /** Follows the workers that come and go; without any, nothing starts. */
  resize(slots: number): void {
    if (this.closed) return;
    if (slots === 0) this.queue.pause();
    else {
      this.queue.concurrency = slots;
      this.queue.start();
    }
  }

  /** Takes a slot before all others (for trials that are running already). */
  occupy(task: () => Promise<void>): void {
    void this.queue.add(task, { priority: 1 }).catch(this.onError);
  }

  /** Uses slots for `task` again and again while `more` says so. */
  async feed(task: () => Promise<void>, more: () => boolean): Promise<void> {
    while (more()) {
      void this.queue.add(task).catch(this.onError);
      await this.queue.onSizeLessThan(1);
    }
  }

  /** Settles when the trial frees its slot. */
  async hold(trial: number): Promise<void> {
    if (this.abandoned) return;
    await new Promise<void>((resolve) => this.held.set(trial, resolve));
  }

  free(trial: number): void {
    this.held.get(trial)?.();
    this.held.delete(trial);
  }

  /** No trial is waited for from here on. */
  abandon(): void {
    this.abandoned = true;
    for (const trial of this.held.keys()) this.free(trial);
  }

  /** No more decisions: what waits is let through (it finds the study ended). */
  finish(): void {
    this.closed = true;
    this.queue.concurrency = Number.POSITIVE_INFINITY;
    this.queue.start();
  }

  async idle(): Promise<void> {
    await this.queue.onIdle();
  }
}
