import { refKey, type AttemptRef } from "../../ids.ts";
import type { Clock } from "../../clock.ts";
import { untilCalled } from "../../waits.ts";
import type { AttemptSpool } from "./spool.ts";
import type { Timings } from "../link/timings.ts";
import type { Watermarks } from "./watermarks.ts";

interface Line {
  readonly spool: AttemptSpool;
  readonly unwatch: () => void;
  /** Wait before what is stored but not committed is sent again, and when that is due. */
  waitMs: number;
  dueAt: number;
  /** To be asked what of it is committed, and the rest to be sent again. */
  inDoubt: boolean;
}

/** The attempts of which something is not committed yet, and when their messages are due again. */
export class Unsettled {
  private readonly clock: Clock;
  private readonly timings: Timings;
  private readonly watermarks: Pick<Watermarks, "watch">;
  private readonly onCommitted: (ref: AttemptRef) => void;
  private readonly lines = new Map<string, Line>();
  private readonly waiters = new Set<() => void>();

  /** `onCommitted`: something of the attempt is in the database. */
  constructor(
    clock: Clock,
    timings: Timings,
    watermarks: Pick<Watermarks, "watch">,
    onCommitted: (ref: AttemptRef) => void,
  ) {
    this.clock = clock;
    this.timings = timings;
    this.watermarks = watermarks;
    this.onCommitted = onCommitted;
  }

  add(spool: AttemptSpool): void {
    const waitMs = this.timings.resendMs;
    const unwatch = this.watermarks.watch(spool, (n) => this.committed(spool.ref, n));
    const dueAt = this.clock.monotonic() + waitMs;
    const inDoubt = spool.complete; // taken over: ask first what is committed
    this.lines.set(refKey(spool.ref), { spool, unwatch, waitMs, dueAt, inDoubt });
  }

  spool(ref: AttemptRef): AttemptSpool | undefined {
    return this.lines.get(refKey(ref))?.spool;
  }

  *spools(): Iterable<AttemptSpool> {
    for (const { spool } of this.lines.values()) yield spool;
  }

  hasUnsent(): boolean {
    return [...this.spools()].some((spool) => spool.hasWaiting);
  }

  /** Everything of the attempt up to message `n` is in the database. */
  committed(ref: AttemptRef, n: number): void {
    const line = this.lines.get(refKey(ref));
    if (line === undefined) return;
    if (n >= 0) this.onCommitted(ref);
    if (line.spool.committed(n) > 0) {
      line.waitMs = this.timings.resendMs;
      line.dueAt = this.clock.monotonic() + line.waitMs;
    }
    if (line.spool.messages.length > 0) return;
    if (line.spool.complete) this.forget(ref, line);
    this.wakeWaiters();
  }

  /** Forgets an attempt that turned out to be another worker's. */
  drop(ref: AttemptRef): void {
    const line = this.lines.get(refKey(ref));
    if (line === undefined) return;
    line.spool.remove();
    this.forget(ref, line);
    this.wakeWaiters();
  }

  /** Everything is in doubt: the server may have lost it, or word of its commit. */
  doubtAll(): void {
    for (const line of this.lines.values()) line.inDoubt = true;
  }

  /** What waited long enough for its commit is in doubt, and waits twice as long from now on. */
  doubtDue(): void {
    const now = this.clock.monotonic();
    for (const line of this.lines.values()) {
      if (line.dueAt > now) continue;
      if (line.spool.messages.length > 0) {
        line.inDoubt = true;
        line.waitMs = Math.min(line.waitMs * 2, this.timings.resendLimitMs);
      }
      line.dueAt = now + line.waitMs;
    }
  }

  get someInDoubt(): boolean {
    return [...this.lines.values()].some((line) => line.inDoubt);
  }

  /** Does `ask` with every attempt that is in doubt; one where it throws stays so. */
  async resolveDoubts(ask: (spool: AttemptSpool) => Promise<void>): Promise<void> {
    for (const line of this.lines.values()) {
      if (!line.inDoubt) continue;
      line.inDoubt = false; // before: doubt that comes meanwhile stays
      try {
        await ask(line.spool);
      } catch (error) {
        line.inDoubt = true;
        throw error;
      }
    }
  }

  /** Resolves when every message is committed, or the signal fires. */
  async settled(signal: AbortSignal): Promise<void> {
    while (!this.isSettled() && !signal.aborted) {
      await untilCalled((done) => {
        this.waiters.add(done);
        return () => this.waiters.delete(done);
      }, signal);
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
