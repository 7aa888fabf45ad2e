import path from "node:path";
import type { Assignment } from "../assignment.ts";
import type { BlobStore } from "../blobs.ts";
import type { WorkerBus } from "../bus.ts";
import type { AttemptRef } from "../ids.ts";
import { fileBlobs } from "../local/file-blobs.ts";
import type { Order, WorkerInfo, WorkerMessage } from "../messages.ts";
import { NatsBlobs } from "./blobs.ts";
import { openBuckets, type Buckets } from "./buckets.ts";
import { Claims } from "./claims.ts";
import { connectPatiently } from "./connect-patiently.ts";
import { Epochs } from "./epochs.ts";
import { MessageTooLarge } from "./errors.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Holdings } from "./holdings.ts";
import { explain, type Link, type LinkOptions, type LinkState } from "./link.ts";
import { drainSubject, namesFor, resendSubject, type Labels, type Names } from "./names.ts";
import { OfferQueue } from "./offer-queue.ts";
import { pause, persist } from "./retry.ts";
import { Sender } from "./sender.ts";
import { SpoolFolder } from "./spool-folder.ts";
import { findStream } from "./streams.ts";
import { defaultTimings, type Timings } from "./timings.ts";
import { Watermarks } from "./watermarks.ts";
import { WorkerOrders } from "./worker-orders.ts";

export interface WorkerBusOptions extends Omit<LinkOptions, "name"> {
  /** Unique among all workers of the lab. */
  readonly id: string;
  /** What this worker has; sweeps may require some of it. */
  readonly labels?: Labels;
  /** Folder of this machine for unsent messages and copies of files; several workers may share it. */
  readonly folder: string;
  readonly prefix?: string;
  /** End when the study this worker works for, or waits for, is over. For workers started for one sweep. */
  readonly leaveOnDrain?: boolean;
  /** For progress displays. */
  readonly onState?: (state: LinkState) => void;
  /** What a person should know and may have to act on; the bus goes on by itself. */
  readonly onProblem?: (problem: Error) => void;
  readonly timings?: Partial<Timings>;
  /** Gives up waiting for a server that does not answer. */
  readonly signal?: AbortSignal;
}

/** Connects a worker, waiting for the server as long as the signal allows. Wrong credentials are not waited for. */
export async function createWorkerBus(options: WorkerBusOptions): Promise<NatsWorkerBus> {
  const timings = { ...defaultTimings, ...options.timings };
  const names = namesFor(options.prefix);
  const link = await connectPatiently({ ...options, name: `seqtune worker ${options.id}` }, timings);
  return new NatsWorkerBus(options, link, names, timings, await openBuckets(link, names));
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
  private readonly orders: WorkerOrders;
  private readonly queue: OfferQueue;
  private readonly holdings: Holdings;
  private readonly sender: Sender;
  private readonly spools: SpoolFolder;
  private readonly heartbeat: Heartbeat;
  private readonly files: NatsBlobs;
  private readonly drainController = new AbortController();
  private readonly check: NodeJS.Timeout;
  private running: AttemptRef | null = null;
  private blobsMade: string | null = null;

  constructor(options: WorkerBusOptions, link: Link, names: Names, timings: Timings, buckets: Buckets) {
    const onProblem = (problem: Error): void => options.onProblem?.(problem);
    const epochs = new Epochs();
    const watermarks = new Watermarks(link, names, buckets.control, epochs);
    this.options = options;
    this.link = link;
    this.names = names;
    this.timings = timings;
    this.orders = new WorkerOrders(link, names, buckets.control, epochs);
    this.queue = new OfferQueue(link, names, timings, buckets.state, options.labels ?? {});
    this.holdings = new Holdings({
      link,
      timings,
      claims: new Claims(buckets.claims),
      worker: options.id,
      onProblem,
      onFenced: (ref, holder) => this.fenced(ref, holder),
    });
    this.spools = new SpoolFolder(path.join(options.folder, "spool"), options.id, onProblem);
    this.sender = new Sender({
      link,
      names,
      timings,
      watermarks,
      onProblem,
      onStored: (ref) => this.holdings.started(ref),
    });
    this.heartbeat = new Heartbeat(link, names, timings.heartbeatMs);
    const cache = fileBlobs(path.join(options.folder, "files"));
    this.files = new NatsBlobs({ link, names, timings, cache, onProblem });
    this.blobs = this.files;
    for (const spool of this.spools.leftovers()) this.sender.add(spool);
    this.listen(onProblem);
    this.check = setInterval(() => void this.lookAround(), timings.checkMs);
    void this.lookAround();
  }

  get draining(): AbortSignal {
    return this.drainController.signal;
  }

  async claim(signal: AbortSignal): Promise<Assignment | null> {
    this.running = null;
    const ending = AbortSignal.any([signal, this.draining]);
    while (!ending.aborted) {
      try {
        const offer = await this.queue.next(ending);
        const assignment = offer === null ? null : await this.holdings.take(offer, ending);
        if (assignment === null) continue;
        this.running = assignment.ref;
        return assignment;
      } catch (error) {
        if (ending.aborted) break;
        const problem = explain(error, this.link.servers);
        if (this.link.state.kind === "closed") throw problem;
        this.options.onProblem?.(problem);
        await pause(this.timings.retryLimitMs, ending);
      }
    }
    return null;
  }

  send(message: WorkerMessage): void {
    const json = JSON.stringify(message);
    if (json.length > messageLimit)
      throw new MessageTooLarge(`a ${message.kind} message`, json.length, messageLimit);
    const known = this.sender.spool(message.ref);
    const spool = known ?? this.spools.spool(message.ref);
    spool.append(message, json);
    if (known === undefined) this.sender.add(spool);
    this.sender.poke();
    if (message.kind === "ended") this.holdings.ending(message.ref);
  }

  onOrder(ref: AttemptRef, listener: (order: Order) => void): () => void {
    return this.orders.listen(ref, listener);
  }

  announce(worker: WorkerInfo): void {
    this.heartbeat.announce(worker);
  }

  async flush(signal: AbortSignal): Promise<void> {
    await this.sender.flush(signal);
  }

  /** Says goodbye, so that no coordinator waits for a lease to run out. */
  async close(): Promise<void> {
    this.heartbeat.goodbye();
    await this.abandon();
    this.spools.leave();
  }

  /** Ends without a word, as a process that is killed does. */
  async abandon(): Promise<void> {
    clearInterval(this.check);
    this.heartbeat.stop();
    this.sender.stop();
    this.holdings.stop();
    this.drainController.abort();
    await this.link.close();
  }

  private listen(onProblem: (problem: Error) => void): void {
    const { link, names } = this;
    link.onProblem(onProblem);
    link.onState((state) => {
      this.options.onState?.(state);
      if (state.kind === "open") void this.reconnected();
    });
    link.nc.subscribe(drainSubject(names, "*"), { callback: (_error, msg) => this.drained(msg.subject) });
    link.nc.subscribe(resendSubject(names, "*"), { callback: () => void this.reconnected() });
  }

  private drained(subject: string): void {
    if (this.options.leaveOnDrain !== true) return;
    const study = subject.slice(drainSubject(this.names, "").length);
    if (this.running === null || this.running.study === study) this.drainController.abort();
  }

  /** The server may have lost anything meanwhile. */
  private async reconnected(): Promise<void> {
    this.heartbeat.beat();
    this.queue.forget();
    this.orders.refresh();
    this.sender.recover();
    await this.quietly(() => this.holdings.reclaim());
    await this.lookAround();
  }

  private async lookAround(): Promise<void> {
    this.spools.touch();
    this.orders.refresh();
    for (const spool of this.spools.adopt()) this.sender.add(spool);
    await this.quietly(() => this.restoreFiles());
  }

  /** Files this worker stored are stored again when the server's store of files is a new one. */
  private async restoreFiles(): Promise<void> {
    const { link, names, timings } = this;
    const made = (await persist(link, timings, () => findStream(link, names.blobs), this.draining))?.created;
    if (made === undefined) return;
    const before = this.blobsMade;
    this.blobsMade = made;
    if (before !== null && before !== made) await this.files.restore();
  }

  private fenced(ref: AttemptRef, holder: string): void {
    this.sender.drop(ref);
    this.orders.give(ref, { kind: "stop", reason: `the attempt is held by ${holder}` });
  }

  /** What fails here is tried again at the next look around. */
  private async quietly(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (this.link.state.kind !== "closed") this.options.onProblem?.(explain(error, this.link.servers));
    }
  }
}
