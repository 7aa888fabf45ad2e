import type { Assignment } from "../../assignment.ts";
import type { BlobStore } from "../../blobs.ts";
import type { WorkerBus } from "../../bus.ts";
import type { AttemptRef } from "../../ids.ts";
import type { Order, WorkerInfo, WorkerMessage } from "../../messages.ts";
import { pause } from "../../clock.ts";
import { openBuckets, type Buckets } from "../server/buckets.ts";
import { connectPatiently } from "../link/connect-patiently.ts";
import { MessageTooLarge } from "../link/errors.ts";
import { explain } from "../link/explain.ts";
import { joinSignals } from "../link/join-signals.ts";
import type { Link, LinkState } from "../link/link.ts";
import { drainSchema } from "../server/control.ts";
import { checkMayListen } from "../server/may-listen.ts";
import { drainSubject, namesFor, resendSubject, type Names } from "../server/names.ts";
import { defaultTimings, type Timings } from "../link/timings.ts";
import type { WorkerBusOptions } from "./worker-options.ts";
import { workerParts, type WorkerParts } from "./worker-parts.ts";
import { WorkerRecovery } from "./worker-recovery.ts";

/** Connects a worker, waiting for the server as long as the signal allows. Wrong credentials are not waited for. */
export async function createWorkerBus(options: WorkerBusOptions): Promise<NatsWorkerBus> {
  const timings = { ...defaultTimings, ...options.timings };
  const names = namesFor(options.prefix);
  const link = await connectPatiently({ ...options, name: `seqtune worker ${options.id}` }, timings);
  try {
    await checkMayListen(link, names, timings, options.signal);
    return new NatsWorkerBus(options, link, names, timings, await openBuckets(link, names));
  } catch (error) {
    await link.close();
    throw error;
  }
}

/** Largest message as JSON, bytes. */
const messageLimit = 128 * 1024;

/**
 * The worker's end on NATS.
 *
 * Life of an attempt here: pulled from a queue → claimed → its first message is stored, and only then is the
 * offer taken off the queue → more messages, each through the disk spool → ended and committed. A lost connection
 * stops nothing: the spool grows, and what matters is read, claimed and sent again when the connection is back.
 */
export class NatsWorkerBus implements WorkerBus {
  readonly blobs: BlobStore;
  private readonly options: WorkerBusOptions;
  private readonly link: Link;
  private readonly names: Names;
  private readonly timings: Timings;
  private readonly parts: WorkerParts;
  private readonly recovery: WorkerRecovery;
  private readonly drainController = new AbortController();
  private running: AttemptRef | null = null;
  private passed: LinkState["kind"] = "open";

  constructor(options: WorkerBusOptions, link: Link, names: Names, timings: Timings, buckets: Buckets) {
    const onProblem = (problem: Error): void => options.onProblem?.(problem);
    this.options = options;
    this.link = link;
    this.names = names;
    this.timings = timings;
    this.parts = workerParts(options, link, names, timings, buckets);
    this.blobs = this.parts.files;
    this.recovery = new WorkerRecovery(link, names, timings, this.parts, onProblem, this.draining);
    this.listen(onProblem);
  }

  get draining(): AbortSignal {
    return this.drainController.signal;
  }

  async claim(signal: AbortSignal): Promise<Assignment | null> {
    this.running = null;
    const ending = joinSignals([signal, this.draining]);
    try {
      return await this.claimUntil(ending.signal);
    } finally {
      ending.release();
    }
  }

  private async claimUntil(ending: AbortSignal): Promise<Assignment | null> {
    while (!ending.aborted) {
      try {
        const offer = await this.parts.queue.next(ending);
        const assignment = offer === null ? null : await this.parts.holdings.take(offer, ending);
        if (assignment === null) continue;
        this.running = assignment.ref;
        return assignment;
      } catch (error) {
        if (ending.aborted) break;
        const problem = explain(error, this.link.servers);
        if (this.link.state.kind === "closed") throw problem;
        this.options.onProblem?.(problem);
        await pause(this.link.clock, this.timings.retryLimitMs, ending);
      }
    }
    return null;
  }

  send(message: WorkerMessage): void {
    const json = JSON.stringify({ ...message, worker: this.parts.name });
    if (json.length > messageLimit)
      throw new MessageTooLarge(`a ${message.kind} message`, json.length, messageLimit);
    const { sender, spools, holdings } = this.parts;
    const known = sender.spool(message.ref);
    const spool = known ?? spools.spool(message.ref);
    spool.append({ ...message, worker: this.parts.name }, json);
    if (known === undefined) sender.add(spool);
    sender.poke();
    if (message.kind === "ended") holdings.ending(message.ref);
  }

  onOrder(ref: AttemptRef, listener: (order: Order) => void): () => void {
    return this.parts.orders.listen(ref, listener);
  }

  announce(worker: WorkerInfo): void {
    this.parts.heartbeat.announce({ ...worker, id: this.parts.name });
  }

  async flush(signal: AbortSignal): Promise<void> {
    await this.parts.sender.flush(signal);
  }

  /** Says goodbye, so that no coordinator waits for a lease to run out. */
  async close(): Promise<void> {
    this.parts.heartbeat.goodbye();
    await this.abandon();
    this.parts.spools.leave();
  }

  /** Ends without a word, as a process that is killed does. */
  async abandon(): Promise<void> {
    const { heartbeat, sender, holdings } = this.parts;
    this.recovery.stop();
    heartbeat.stop();
    sender.stop();
    holdings.stop();
    this.drainController.abort();
    await this.link.close();
  }

  private listen(onProblem: (problem: Error) => void): void {
    const { link, names } = this;
    link.onProblem(onProblem);
    link.onState((state) => {
      if (state.kind === "open") void this.reconnected();
      else this.pass(state);
    });
    link.nc.subscribe(drainSubject(names, "*"), {
      callback: (error, msg) => {
        if (error === null) this.drained(msg.subject, msg.string());
      },
    });
    link.nc.subscribe(resendSubject(names, "*"), { callback: () => void this.recovery.everything() });
  }

  /** Passed on when the server answers again, too: one whose disk is full takes connections and answers nothing. */
  private async reconnected(): Promise<void> {
    await this.recovery.everything();
    if (this.link.isOpen) this.pass(this.link.state);
  }

  private pass(state: LinkState): void {
    if (state.kind === this.passed) return;
    this.passed = state.kind;
    this.options.onState?.(state);
  }

  private drained(subject: string, text: string): void {
    if (this.options.leaveOnDrain !== true) return;
    const study = subject.slice(drainSubject(this.names, "").length);
    if (this.link.seal.isStrict) {
      const drain = drainSchema.safeParse(this.link.seal.read(subject, text)).data;
      if (drain === undefined || !this.parts.epochs.accepts(study, drain.epoch)) return;
    }
    if (this.running === null || this.running.study === study) this.drainController.abort();
  }
}
