import type { WorkerMessage } from "../../messages.ts";
import { pause } from "../../clock.ts";
import { untilCalled } from "../../waits.ts";
import { explain } from "../link/explain.ts";
import { joinSignals } from "../link/join-signals.ts";
import type { Link } from "../link/link.ts";
import { studyReports, type Names } from "../server/names.ts";
import { ReaderPatience } from "./reader-patience.ts";
import { ReportBatch } from "./report-batch.ts";
import { persist } from "../link/retry.ts";
import type { Messages, Reading } from "../link/wire.ts";
import type { Timings } from "../link/timings.ts";

export interface ReportReaderOptions {
  readonly link: Link;
  readonly names: Names;
  readonly timings: Timings;
  readonly study: string;
  /** Records a batch; when it returns the batch is on disk. It throws what it has reported itself. */
  readonly commit: (messages: readonly WorkerMessage[]) => void;
  /** The batch is committed, and with it everything up to this place in the stream. */
  readonly onCommitted: (messages: readonly WorkerMessage[], sequence: number) => void;
  /** False: this coordinator must not act now, and tries again later. */
  readonly mayCommit: () => boolean;
  readonly onProblem: (problem: Error) => void;
}

/**
 * Reads the study's messages in the order the server stored them, commits them in batches, and only then lets
 * go of them.
 *
 * It reads by an ordered consumer that starts behind the last committed message and has no memory on the server:
 * what counts as received is what was committed. A batch that cannot be committed is dropped and read again; so
 * is everything that was on its way when the connection broke.
 */
export class ReportReader {
  private readonly options: ReportReaderOptions;
  private readonly stopping = new AbortController();
  private session = new AbortController();
  private committed = 0;
  private readonly patience: ReaderPatience;
  private held = false;
  private letGo: (() => void) | null = null;
  private committedAt = Number.NEGATIVE_INFINITY;
  private batch: ReportBatch;
  private stopTimer: (() => void) | null = null;
  /** Sessions in a row that ended with a failure. */
  private failures = 0;
  private running: Promise<void> | null = null;
  private catchUpWaiters: (() => void)[] = [];
  private delayed: ((ms: number) => void) | null = null;

  constructor(options: ReportReaderOptions) {
    this.options = options;
    this.batch = this.newBatch();
    this.patience = new ReaderPatience(options.link, options.timings, () => this.wakeWaiters());
  }

  start(): void {
    this.held = false;
    this.letGo?.();
    this.running ??= this.run();
  }

  /**
   * The connection broke, or the stream is a new one. When `start` is called again it reads from the very start
   * of what is stored: committed messages are purged, so that is little, and places in the stream from before
   * need not mean the same messages after a server lost its newest ones.
   */
  hold(): void {
    this.held = true;
    this.committed = 0;
    this.session.abort();
  }

  get isHeld(): boolean {
    return this.held;
  }

  /** Resolves when what was stored before is committed, or could not be. */
  async caughtUp(): Promise<void> {
    await new Promise<void>((resolve) => this.catchUpWaiters.push(resolve));
  }

  /** From now on hears of each publish how long it waited on the server for its commit, by the clocks of both machines. */
  onDelay(listener: (ms: number) => void): void {
    this.delayed = listener;
  }

  async stop(): Promise<void> {
    if (this.options.mayCommit()) this.flush();
    this.stopping.abort();
    this.session.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { link, timings } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.session = new AbortController();
      try {
        await this.released(signal);
        await link.untilOpen(signal);
        await this.readSession(signal);
      } catch (error) {
        if (link.state.kind === "closed") break;
        if (!signal.aborted && !this.session.signal.aborted) {
          this.options.onProblem(explain(error, link.servers));
          this.failed();
        }
      }
      this.drop();
      const wait = timings.retryMs * 2 ** (this.failures - 1);
      if (this.failures > 0) await pause(link.clock, Math.min(wait, timings.retryLimitMs), signal);
    }
    this.wakeWaiters();
  }

  private async released(signal: AbortSignal): Promise<void> {
    if (!this.held) return;
    await untilCalled((done) => {
      this.letGo = done;
      return () => {
        this.letGo = null;
      };
    }, signal);
  }

  private async readSession(stopping: AbortSignal): Promise<void> {
    const either = joinSignals([stopping, this.session.signal]);
    try {
      await this.read(either.signal);
    } finally {
      either.release();
    }
  }

  /** One session: until the connection or a commit breaks. */
  private async read(signal: AbortSignal): Promise<void> {
    const consumer = await this.consumer(signal);
    if ((await consumer.info(true)).num_pending === 0) this.wakeWaiters();
    const messages = await consumer.consume({ max_messages: 1_000 });
    const end = (): void => messages.stop();
    signal.addEventListener("abort", end, { once: true });
    const stopPatience = this.patience.watch(consumer, this.session);
    try {
      if (!signal.aborted) await this.take(messages, signal);
    } finally {
      stopPatience();
      signal.removeEventListener("abort", end);
      messages.stop();
      if (this.options.link.isOpen) await consumer.delete().catch(() => {}); // else the server forgets it by itself
    }
  }

  private async consumer(signal: AbortSignal): Promise<Reading> {
    const { link, names, timings, study } = this.options;
    const create = (): Promise<Reading> =>
      link.js.consumers.get(names.reports, {
        filter_subjects: studyReports(names, study),
        opt_start_seq: this.committed + 1,
        inactive_threshold: 30_000,
      });
    return await persist(link, timings, create, signal);
  }

  private async take(messages: Messages, signal: AbortSignal): Promise<void> {
    for await (const message of messages) {
      if (signal.aborted) return;
      this.patience.heard();
      for (const problem of this.batch.add(this.options.names, message)) this.options.onProblem(problem);
      if (this.batch.messages.length >= this.options.timings.flushMessages) this.flush();
      else this.flushSoon();
    }
  }

  /** At once after a quiet time, else in a group with what comes until `flushMs` after the last commit. */
  private flushSoon(): void {
    const { link, timings } = this.options;
    const wait = this.committedAt + timings.flushMs - link.clock.monotonic();
    this.stopTimer ??= link.clock.after(Math.max(0, wait), () => this.flush());
  }

  private flush(): void {
    this.stopTimer?.();
    this.stopTimer = null;
    const { messages, storedAt, end, behind } = this.batch;
    if (end === 0 || this.session.signal.aborted) return;
    if (!this.record(messages)) {
      this.failed();
      this.session.abort();
      return;
    }
    this.batch = this.newBatch();
    this.failures = 0;
    this.committed = end;
    this.committedAt = this.options.link.clock.monotonic();
    const now = this.options.link.clock.now();
    for (const at of storedAt) this.delayed?.(now - at);
    this.options.onCommitted(messages, end);
    if (behind === 0) this.wakeWaiters();
  }

  /** False: not now. */
  private record(messages: readonly WorkerMessage[]): boolean {
    if (!this.options.mayCommit()) return false;
    try {
      if (messages.length > 0) this.options.commit(messages);
      return true;
    } catch {
      return false; // a full disk, mostly: reported once by the recorder, tried again until there is room
    }
  }

  private failed(): void {
    this.failures += 1;
    this.wakeWaiters();
  }

  private newBatch(): ReportBatch {
    return new ReportBatch(this.options.link.seal.isStrict);
  }

  private drop(): void {
    this.stopTimer?.();
    this.stopTimer = null;
    this.batch = this.newBatch();
  }

  private wakeWaiters(): void {
    const waiters = this.catchUpWaiters;
    this.catchUpWaiters = [];
    for (const wake of waiters) wake();
  }
}
