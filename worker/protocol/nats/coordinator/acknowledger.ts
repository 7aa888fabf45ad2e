import { refKey, type AttemptRef } from "../../ids.ts";
import type { WorkerMessage } from "../../messages.ts";
import { pause, timeout } from "../../clock.ts";
import type { JsonBucket } from "../server/bucket.ts";
import type { Done } from "../server/control.ts";
import { explain } from "../link/explain.ts";
import type { Link } from "../link/link.ts";
import { doneKey, studyReports, type Names } from "../server/names.ts";
import { inParallel, isPassing } from "../link/retry.ts";
import type { Timings } from "../link/timings.ts";

export interface AcknowledgerOptions {
  readonly link: Link;
  readonly names: Names;
  readonly timings: Timings;
  readonly study: string;
  readonly control: JsonBucket;
  readonly epoch: () => number;
  /** False: this coordinator must not act now, and tries again later. */
  readonly mayAct: () => boolean;
  readonly onProblem: (problem: Error) => void;
}

/** How far the messages of an attempt are committed, of one worker or of all. */
interface Mark {
  readonly ref: AttemptRef;
  readonly worker: string | null;
  readonly n: number;
}

/** Watermarks on their way at once: enough to keep up where an answer takes a second. */
const width = 512;

/**
 * Tells workers what is committed, then removes it from the server: watermarks first, because a worker whose
 * watermark is lost sends again, and a message that is purged too early would be gone.
 */
export class Acknowledger {
  private readonly options: AcknowledgerOptions;
  private readonly stopping = new AbortController();
  private readonly dirty = new Map<string, Mark>();
  /** Places in the stream: committed, announced to the workers, removed. */
  private sequence = 0;
  private announced = 0;
  private purged = 0;
  /** Counts connections, so that what began in one does not end in another. */
  private life = 0;
  private purgedAt = Number.NEGATIVE_INFINITY;
  private working: Promise<void> | null = null;
  private purging: Promise<void> | null = null;
  private beforeLettingGo: () => Promise<void> = async () => {};

  constructor(options: AcknowledgerOptions) {
    this.options = options;
  }

  /** What is committed is let go of only when `safe` resolved, asked after it was. */
  letGoAfter(safe: () => Promise<void>): void {
    this.beforeLettingGo = safe;
  }

  committed(messages: readonly WorkerMessage[], sequence: number): void {
    for (const { ref, worker, n } of messages) this.mark({ ref, worker, n });
    this.sequence = Math.max(this.sequence, sequence);
    this.start();
  }

  /** Lets the workers of these attempts forget whatever they keep, as if it were committed. */
  release(refs: readonly AttemptRef[]): void {
    for (const ref of refs) this.mark({ ref, worker: null, n: Number.MAX_SAFE_INTEGER });
    this.start();
  }

  /**
   * One mark per attempt, as the server keeps one. One for all workers stays; of two workers the later is announced, and the
   * other, who hears nothing, sends again in its time.
   */
  private mark(mark: Mark): void {
    const key = refKey(mark.ref);
    const known = this.dirty.get(key);
    if (known?.worker === null) return;
    if (known === undefined || known.worker !== mark.worker || known.n <= mark.n) this.dirty.set(key, mark);
  }

  private start(): void {
    this.working ??= this.work().finally(() => {
      this.working = null;
    });
  }

  /** The connection broke: when it is back the places in the stream may mean other messages. */
  forgetPlaces(): void {
    this.life += 1;
    this.sequence = 0;
    this.announced = 0;
    this.purged = 0;
  }

  /** Writes what is left. A server that is away is waited for as long as one request may take. */
  async stop(): Promise<void> {
    const { link, timings } = this.options;
    this.stopping.abort();
    await this.working;
    await this.purging;
    if (this.dirty.size > 0) await link.untilOpen(timeout(link.clock, timings.requestMs)).catch(() => {});
    if (!link.isOpen || !this.options.mayAct()) return;
    await this.writeMarks().then(
      () => this.purge(),
      () => {},
    );
  }

  private async work(): Promise<void> {
    const { link, timings } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted && this.hasWork()) {
      await pause(link.clock, timings.doneMs, signal);
      try {
        await link.untilOpen(signal);
        if (!this.options.mayAct()) continue;
        await link.ask(() => this.writeMarks());
        this.purgeWhenDue();
      } catch (error) {
        if (signal.aborted || link.state.kind === "closed") return;
        this.failed(error);
        await pause(link.clock, timings.retryMs, signal);
      }
    }
  }

  /** Beside the writing of marks, for a server that has much to do may take a second for it. */
  private purgeWhenDue(): void {
    const { link, timings } = this.options;
    if (link.clock.monotonic() - this.purgedAt < timings.purgeMs) return;
    this.purging ??= link
      .ask(() => this.purge())
      .catch((error: unknown) => this.failed(error))
      .finally(() => {
        this.purging = null;
        this.purgedAt = link.clock.monotonic();
      });
  }

  private failed(error: unknown): void {
    const { link, onProblem } = this.options;
    if (this.stopping.signal.aborted || link.state.kind === "closed" || isPassing(error)) return;
    onProblem(explain(error, link.servers));
  }

  private hasWork(): boolean {
    return this.dirty.size > 0 || this.sequence > this.purged;
  }

  /** A mark that the server did not take stays to be written; the others need not be written again. */
  private async writeMarks(): Promise<void> {
    const { sequence, life } = this;
    const marks = [...this.dirty];
    const epoch = this.options.epoch();
    await this.beforeLettingGo();
    await inParallel(marks.length, width, async (index) => {
      const [key, mark] = marks[index]!;
      await this.options.control.putSealed(doneKey(mark.ref), {
        n: mark.n,
        epoch,
        worker: mark.worker,
      } satisfies Done);
      if (this.dirty.get(key) === mark) this.dirty.delete(key);
    });
    if (life === this.life) this.announced = sequence;
  }

  private async purge(): Promise<void> {
    const upTo = this.announced;
    if (upTo <= this.purged) return;
    const { link, names, study } = this.options;
    await link.jsm.streams.purge(names.reports, { filter: studyReports(names, study), seq: upTo + 1 });
    if (upTo <= this.announced) this.purged = upTo;
  }
}
