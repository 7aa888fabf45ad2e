import { randomUUID } from "node:crypto";
import { refKey, type AttemptRef } from "../../ids.ts";
import { pause } from "../../clock.ts";
import { explain } from "../link/explain.ts";
import type { Link } from "../link/link.ts";
import { reportSubject, type Names } from "../server/names.ts";
import { isPassing } from "../link/retry.ts";
import type { AttemptSpool, Spooled } from "./spool.ts";
import { isOutOfRoom } from "../link/api-errors.ts";
import { noRoom } from "../link/no-room.ts";
import type { Timings } from "../link/timings.ts";
import { Unsettled } from "./unsettled.ts";
import type { Watermarks } from "./watermarks.ts";

export interface SenderOptions {
  readonly link: Link;
  readonly names: Names;
  readonly timings: Timings;
  readonly watermarks: Pick<Watermarks, "read" | "watch">;
  /** The server has, or had, the first message of an attempt; reported more than once. */
  readonly onStored: (ref: AttemptRef) => void;
  readonly onProblem: (problem: Error) => void;
}

/** What is published as one, bytes of JSON: a quarter of the smallest message limit servers have by default. */
const batchBytes = 256 * 1024;

/**
 * Publishes what is spooled, attempt by attempt in turn, one publish of an attempt at a time: the next one goes
 * only when the server has stored the one before, so the stream holds them in order whatever fails. What was spooled
 * meanwhile goes together.
 *
 * A message is kept until the committed watermark covers it, and until then sent again: after every reconnect,
 * when the coordinator asks for it, and then after 30 seconds, a minute, two, … up to an hour. A publish whose
 * answer was lost is repeated under the same id, which the server takes once; one that was stored before goes
 * without an id, because the server may have forgotten it.
 */
export class Sender {
  private readonly options: SenderOptions;
  private readonly unsettled: Unsettled;
  private readonly stopping = new AbortController();
  /** Begins this process's message ids, so that no other worker can make the server take them for repeats of others. */
  private readonly nonce = randomUUID();
  private wake: (() => void) | null = null;
  private readonly stopLooking: () => void;

  constructor(options: SenderOptions) {
    this.options = options;
    const { link, timings } = options;
    this.unsettled = new Unsettled(link.clock, timings, options.watermarks, options.onStored);
    this.stopLooking = link.clock.every(Math.min(1_000, timings.resendMs), () => this.lookForDue());
    void this.run();
  }

  add(spool: AttemptSpool): void {
    this.unsettled.add(spool);
    this.poke();
  }

  spool(ref: AttemptRef): AttemptSpool | undefined {
    return this.unsettled.spool(ref);
  }

  /** There is something to send. */
  poke(): void {
    this.wake?.();
  }

  /** The connection was away, or the server lost something: ask what is committed, send the rest again. */
  recover(): void {
    this.unsettled.doubtAll();
    this.poke();
  }

  /** Asks what is committed, where the word of it is not heard. Nothing is sent again for that. */
  readWatermarks(): void {
    const { link, watermarks } = this.options;
    for (const spool of this.unsettled.spools()) {
      if (!link.isOpen || spool.messages.length === 0) continue;
      link
        .ask(() => watermarks.read(spool))
        .then(
          (n) => this.unsettled.committed(spool.ref, n),
          () => {}, // asked again soon
        );
    }
  }

  /** Forgets an attempt that turned out to be another worker's. */
  drop(ref: AttemptRef): void {
    this.unsettled.drop(ref);
  }

  /** Resolves when nothing of these attempts is uncommitted, or the signal fires. */
  async flush(signal: AbortSignal): Promise<void> {
    await this.unsettled.settled(AbortSignal.any([signal, this.stopping.signal]));
  }

  /** Stops sending; what is spooled stays on the disk. */
  stop(): void {
    this.stopping.abort();
    this.stopLooking();
    this.poke();
    for (const spool of this.unsettled.spools()) spool.close();
  }

  private async run(): Promise<void> {
    const { link } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await link.untilOpen(signal);
        if (this.unsettled.someInDoubt) await this.catchUp();
        else if (!(await this.sendRound(signal))) await this.sleep();
      } catch (error) {
        if (signal.aborted || link.state.kind === "closed") return;
        this.options.onProblem(explain(error, link.servers));
        await pause(link.clock, this.options.timings.retryLimitMs, signal);
      }
    }
  }

  /**
   * What waits of every attempt, as far as it goes as one. False: there was none. Nothing is published on a connection that is
   * being made again: it could arrive ahead of what the server lost and is still to be sent again.
   */
  private async sendRound(signal: AbortSignal): Promise<boolean> {
    const { link } = this.options;
    let sent = false;
    for (const spool of this.unsettled.spools()) {
      if (this.unsettled.someInDoubt || signal.aborted || !link.isOpen) return true;
      const messages = spool.next(batchBytes);
      if (messages.length === 0) continue;
      await this.publish(spool, messages);
      sent = true;
    }
    return sent;
  }

  private async publish(spool: AttemptSpool, messages: readonly Spooled[]): Promise<void> {
    const { link, names, timings, onStored, onProblem } = this.options;
    const [first, last] = [messages[0]!, messages.at(-1)!];
    const which = first === last ? `${first.n}` : `${first.n}-${last.n}`;
    const id = first.again ? {} : { msgID: `${this.nonce}.${refKey(spool.ref)}.${which}` };
    const json = first === last ? first.json : `[${messages.map((one) => one.json).join()}]`;
    try {
      await link.ask(() => link.js.publish(reportSubject(names, spool.ref, link.workerKey), json, id));
      for (const message of messages) message.state = "stored";
      onStored(spool.ref);
    } catch (error) {
      if (!isPassing(error) && !isOutOfRoom(error)) throw error;
      if (isOutOfRoom(error)) onProblem(noRoom(names.reports, "a worker's reports", error));
      if (link.isOpen) await pause(link.clock, timings.retryMs, this.stopping.signal);
    }
  }

  private async catchUp(): Promise<void> {
    const { link, timings, watermarks } = this.options;
    try {
      await this.unsettled.resolveDoubts(async (spool) => {
        this.unsettled.committed(spool.ref, await link.ask(() => watermarks.read(spool)));
        spool.resend();
      });
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (link.isOpen) await pause(link.clock, timings.retryMs, this.stopping.signal);
    }
  }

  /** What waited long is sent again, unless it was committed and the word of that was lost. */
  private lookForDue(): void {
    this.unsettled.doubtDue();
    if (this.unsettled.someInDoubt) this.poke();
  }

  private async sleep(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (this.stopping.signal.aborted || this.unsettled.someInDoubt || this.unsettled.hasUnsent()) resolve();
    });
    this.wake = null;
  }
}
