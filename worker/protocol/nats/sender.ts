import type { AttemptRef } from "../ids.ts";
import { refKey } from "../ids.ts";
import { LimitsReached } from "./errors.ts";
import { explain, type Link } from "./link.ts";
import { reportSubject, type Names } from "./names.ts";
import { isPassing, pause } from "./retry.ts";
import type { AttemptSpool, Spooled } from "./spool.ts";
import { isOutOfRoom } from "./streams.ts";
import type { Timings } from "./timings.ts";
import type { Watermarks } from "./watermarks.ts";

export interface SenderOptions {
  readonly link: Link;
  readonly names: Names;
  readonly timings: Timings;
  readonly watermarks: Watermarks;
  /** The server has the first message of an attempt. */
  readonly onStored: (ref: AttemptRef) => void;
  readonly onProblem: (problem: Error) => void;
}

interface Line {
  readonly spool: AttemptSpool;
  readonly unwatch: () => void;
  /** Wait before what is stored but not committed is sent again, and when that is due. */
  waitMs: number;
  dueAt: number;
}

/**
 * Publishes what is spooled, attempt by attempt in turn, one message of an attempt at a time: the next one goes
 * only when the server has stored the one before, so the stream holds them in order whatever fails.
 *
 * A message is kept until the committed watermark covers it, and until then sent again: after every reconnect,
 * when the coordinator asks for it, and then after 30 seconds, a minute, two, … up to an hour. A publish whose
 * answer was lost is repeated under the same id, which the server takes once; one that was stored before goes
 * without an id, because the server may have forgotten it.
 */
export class Sender {
  private readonly options: SenderOptions;
  private readonly lines = new Map<string, Line>();
  private readonly stopping = new AbortController();
  private wake: (() => void) | null = null;
  private recovering = true;
  private readonly waiters = new Set<() => void>();
  private readonly timer: NodeJS.Timeout;

  constructor(options: SenderOptions) {
    this.options = options;
    this.timer = setInterval(() => this.resendDue(), Math.min(1_000, options.timings.resendMs));
    void this.run();
  }

  add(spool: AttemptSpool): void {
    const { timings, watermarks } = this.options;
    const waitMs = timings.resendMs;
    const unwatch = watermarks.watch(spool.ref, (n) => this.committed(spool.ref, n));
    this.lines.set(refKey(spool.ref), { spool, unwatch, waitMs, dueAt: performance.now() + waitMs });
    this.recovering ||= spool.complete; // taken over: ask first what is committed
    this.poke();
  }

  spool(ref: AttemptRef): AttemptSpool | undefined {
    return this.lines.get(refKey(ref))?.spool;
  }

  spools(): AttemptSpool[] {
    return [...this.lines.values()].map((line) => line.spool);
  }

  /** There is something to send. */
  poke(): void {
    this.wake?.();
  }

  /** The connection was away, or the server lost something: ask what is committed, send the rest again. */
  recover(): void {
    this.recovering = true;
    this.poke();
  }

  private committed(ref: AttemptRef, n: number): void {
    const line = this.lines.get(refKey(ref));
    if (line === undefined) return;
    line.spool.committed(n);
    line.waitMs = this.options.timings.resendMs;
    line.dueAt = performance.now() + line.waitMs;
    if (line.spool.messages.length > 0) return;
    if (line.spool.complete) this.forget(ref, line);
    for (const done of this.waiters) done();
  }

  /** Forgets an attempt that turned out to be somebody else's. */
  drop(ref: AttemptRef): void {
    const line = this.lines.get(refKey(ref));
    if (line === undefined) return;
    line.spool.remove();
    this.forget(ref, line);
    for (const done of this.waiters) done();
  }

  /** Resolves when nothing of these attempts is uncommitted, or the signal fires. */
  async flush(signal: AbortSignal): Promise<void> {
    while (!this.isEmpty() && !signal.aborted && !this.stopping.signal.aborted) {
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

  /** Stops sending; what is spooled stays on the disk. */
  stop(): void {
    this.stopping.abort();
    clearInterval(this.timer);
    this.poke();
    for (const { spool } of this.lines.values()) spool.close();
    for (const done of this.waiters) done();
  }

  private forget(ref: AttemptRef, line: Line): void {
    line.unwatch();
    this.lines.delete(refKey(ref));
  }

  private isEmpty(): boolean {
    return [...this.lines.values()].every((line) => line.spool.messages.length === 0);
  }

  private async run(): Promise<void> {
    const { link } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await link.untilOpen(signal);
        if (this.recovering) await this.catchUp();
        else if (!(await this.sendRound(signal))) await this.sleep();
      } catch (error) {
        if (signal.aborted || link.state.kind === "closed") return;
        this.options.onProblem(explain(error, link.servers));
        await pause(this.options.timings.retryLimitMs, signal);
      }
    }
  }

  /** One message of every attempt. False: there was none. */
  private async sendRound(signal: AbortSignal): Promise<boolean> {
    let sent = false;
    for (const { spool } of this.lines.values()) {
      if (this.recovering || signal.aborted) return true;
      const message = spool.next();
      if (message === undefined) continue;
      await this.publish(spool, message);
      sent = true;
    }
    return sent;
  }

  private async publish(spool: AttemptSpool, message: Spooled): Promise<void> {
    const { link, names, timings, onStored, onProblem } = this.options;
    const id = message.again ? {} : { msgID: `${refKey(spool.ref)}.${message.n}` };
    try {
      await link.ask(() => link.js.publish(reportSubject(names, spool.ref), message.json, id));
      message.state = "stored";
      onStored(spool.ref);
    } catch (error) {
      if (!isPassing(error) && !isOutOfRoom(error)) throw error;
      if (isOutOfRoom(error)) onProblem(new LimitsReached("a worker's reports", error));
      if (link.isOpen) await pause(timings.retryMs, this.stopping.signal);
    }
  }

  private async catchUp(): Promise<void> {
    const { link, timings, watermarks } = this.options;
    this.recovering = false;
    for (const { spool } of this.lines.values()) {
      try {
        this.committed(spool.ref, await link.ask(() => watermarks.read(spool.ref)));
        spool.resend();
      } catch (error) {
        this.recovering = true;
        if (!isPassing(error)) throw error;
        if (link.isOpen) await pause(timings.retryMs, this.stopping.signal);
        return;
      }
    }
  }

  private resendDue(): void {
    const now = performance.now();
    for (const line of this.lines.values()) {
      if (line.dueAt > now) continue;
      line.waitMs = Math.min(line.waitMs * 2, this.options.timings.resendLimitMs);
      line.dueAt = now + line.waitMs;
      line.spool.resend();
      this.poke();
    }
  }

  private async sleep(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (this.stopping.signal.aborted || this.recovering || this.hasWork()) resolve();
    });
    this.wake = null;
  }

  private hasWork(): boolean {
    return [...this.lines.values()].some((line) => line.spool.next() !== undefined);
  }
}
