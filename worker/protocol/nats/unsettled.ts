import { refKey, type AttemptRef } from "../ids.ts";
import type { AttemptSpool } from "./spool.ts";
import type { Timings } from "./timings.ts";
import type { Watermarks } from "./watermarks.ts";

interface Line {
  readonly spool: AttemptSpool;
  readonly unwatch: () => void;
  /** Wait before what is stored but not committed is sent again, and when that is due. */
  waitMs: number;
  dueAt: number;
}

/** The attempts of which something is not committed yet, and when their messages are due again. */
export class Unsettled {
  private readonly timings: Timings;
  private readonly watermarks: Watermarks;
  private readonly onCommitted: (ref: AttemptRef) => void;
  private readonly lines = new Map<string, Line>();
  private readonly waiters = new Set<() => void>();

  /** `onCommitted`: something of the attempt is in the database. */
  constructor(timings: Timings, watermarks: Watermarks, onCommitted: (ref: AttemptRef) => void) {
    this.timings = timings;
    this.watermarks = watermarks;
    this.onCommitted = onCommitted;
  }

  add(spool: AttemptSpool): void {
    const waitMs = this.timings.resendMs;
    const unwatch = this.watermarks.watch(spool, (n) => this.committed(spool.ref, n));
    this.lines.set(refKey(spool.ref), { spool, unwatch, waitMs, dueAt: performance.now() + waitMs });
  }

  spool(ref: AttemptRef): AttemptSpool | undefined {
    return this.lines.get(refKey(ref))?.spool;
  }

  *spools(): Iterable<AttemptSpool> {
    for (const { spool } of this.lines.values()) yield spool;
  }

  hasUnsent(): boolean {
    return [...this.spools()].some((spool) => spool.next() !== undefined);
  }

  /** Everything of the attempt up to message `n` is in the database. */
  committed(ref: AttemptRef, n: number): void {
    const line = this.lines.get(refKey(ref));
    if (line === undefined) return;
    if (n >= 0) this.onCommitted(ref);
    line.spool.committed(n);
    line.waitMs = this.timings.resendMs;
    line.dueAt = performance.now() + line.waitMs;
    if (line.spool.messages.length > 0) return;
    if (line.spool.complete) this.forget(ref, line);
    this.wakeWaiters();
  }

  /** Forgets an attempt that turned out to be somebody else's. */
  drop(ref: AttemptRef): void {
    const line = this.lines.get(refKey(ref));
    if (line === undefined) return;
    line.spool.remove();
    this.forget(ref, line);
    this.wakeWaiters();
  }

  /** Has something waited long enough for its commit? Then it waits twice as long from now on. */
  takeDue(): boolean {
    const now = performance.now();
    let some = false;
    for (const line of this.lines.values()) {
      if (line.dueAt > now) continue;
      line.waitMs = Math.min(line.waitMs * 2, this.timings.resendLimitMs);
      line.dueAt = now + line.waitMs;
      some = true;
    }
    return some;
  }

  /** Resolves when every message is committed, or the signal fires. */
  async settled(signal: AbortSignal): Promise<void> {
    while (!this.isSettled() && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.waiters.delete(done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        this.waiters.add(done);
        signal.addEventListener("abort", done, { once: true });
      });
    }
  }

  private isSettled(): boolean {
    return [...this.spools()].every((spool) => spool.messages.length === 0);
  }

  private forget(ref: AttemptRef, line: Line): void {
    line.unwatch();
    this.lines.delete(refKey(ref));
  }

  private wakeWaiters(): void {
    for (const wake of this.waiters) wake();
  }
}
