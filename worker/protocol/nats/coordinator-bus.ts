import path from "node:path";
import type { StreamInfo } from "@nats-io/jetstream";
import type { Assignment } from "../assignment.ts";
import type { BlobStore } from "../blobs.ts";
import type { CoordinatorBus, CoordinatorHandlers } from "../bus.ts";
import type { AttemptRef } from "../ids.ts";
import { fileBlobs } from "../local/file-blobs.ts";
import type { Order } from "../messages.ts";
import { Acknowledger } from "./acknowledger.ts";
import { NatsBlobs, removeOrphans } from "./blobs.ts";
import { openBuckets, type Buckets } from "./buckets.ts";
import { Claims } from "./claims.ts";
import { explain, Link, type LinkOptions, type LinkState } from "./link.ts";
import { StudyLock } from "./lock.ts";
import { makePool } from "./make-pool.ts";
import {
  bucketStream,
  drainSubject,
  namesFor,
  poolOf,
  resendSubject,
  type Labels,
  type Names,
} from "./names.ts";
import { Offers } from "./offers.ts";
import { OrderBook } from "./order-book.ts";
import { Registry } from "./registry.ts";
import { ReportReader } from "./report-reader.ts";
import { isPassing, pause, persist } from "./retry.ts";
import { creationOf, ensureStreams, type Creation } from "./streams.ts";
import { defaultTimings, type Timings } from "./timings.ts";

export interface CoordinatorBusOptions extends Omit<LinkOptions, "name"> {
  /** The study's key. */
  readonly study: string;
  /**
   * Names what this coordinator alone holds, such as its locked database: `host:/path/to/seqtune.db`. A lock left
   * behind by the same owner is taken at once; without a name the bus waits until a left lock shows no life.
   */
  readonly owner?: string;
  /** Only workers with all these labels get this study's trials. */
  readonly requires?: Labels;
  /** Folder of this machine for copies of files. */
  readonly folder: string;
  readonly prefix?: string;
  /** Copies of every stream in a cluster of servers; 1 (default), 3 or 5. */
  readonly replicas?: number;
  readonly onState?: (state: LinkState) => void;
  /** What a person should know and may have to act on; the bus goes on by itself. */
  readonly onProblem?: (problem: Error) => void;
  /** Another coordinator took the study: this one must end without touching it any more. */
  readonly onSuperseded?: (error: Error) => void;
  readonly timings?: Partial<Timings>;
  /** Milliseconds that only grow. */
  readonly monotonic?: () => number;
}

/** Connects a coordinator and makes what it needs on the server. Throws what is wrong, with the next step. */
export async function createCoordinatorBus(options: CoordinatorBusOptions): Promise<NatsCoordinatorBus> {
  const timings = { ...defaultTimings, ...options.timings };
  const names = namesFor(options.prefix);
  const link = await Link.connect({ ...options, name: `seqtune coordinator ${options.study}` }, timings);
  try {
    const streams = await ensureStreams(link, names, options.replicas ?? 1);
    return new NatsCoordinatorBus(options, link, names, timings, streams, await openBuckets(link, names));
  } catch (error) {
    await link.close();
    throw explain(error, link.servers);
  }
}

/**
 * The coordinator's end on NATS. The server carries; what it forgets is made again from here and from the
 * workers' spools.
 *
 * States: made → `open` (lock held, messages from before committed) → closed. While open the connection comes
 * and goes; each time it comes back the server is checked, the lock renewed, and reading goes on behind the last
 * committed message, before the handlers hear "open" again.
 */
export class NatsCoordinatorBus implements CoordinatorBus {
  readonly blobs: BlobStore;
  readonly survivesCoordinator = true;
  private readonly options: CoordinatorBusOptions;
  private readonly link: Link;
  private readonly names: Names;
  private readonly timings: Timings;
  private readonly buckets: Buckets;
  private readonly files: NatsBlobs;
  private readonly lock: StudyLock;
  private readonly reader: ReportReader;
  private readonly acknowledger: Acknowledger;
  private readonly offers: Offers;
  private readonly orders: OrderBook;
  private created: Creation;
  private handlers: CoordinatorHandlers | null = null;
  private repairing: Promise<void> | null = null;
  private check: NodeJS.Timeout | null = null;
  private readonly closing = new AbortController();

  constructor(
    options: CoordinatorBusOptions,
    link: Link,
    names: Names,
    timings: Timings,
    streams: ReadonlyMap<string, StreamInfo>,
    buckets: Buckets,
  ) {
    const onProblem = (problem: Error): void => options.onProblem?.(problem);
    const { study } = options;
    this.options = options;
    this.link = link;
    this.names = names;
    this.timings = timings;
    this.buckets = buckets;
    this.created = creationOf(streams);
    const cache = fileBlobs(path.join(options.folder, "files"));
    this.files = new NatsBlobs({ link, names, timings, cache, onProblem });
    this.blobs = this.files;
    this.lock = new StudyLock({
      link,
      state: buckets.state,
      study,
      owner: options.owner,
      timings,
      monotonic: options.monotonic ?? (() => performance.now()),
      onLost: (error) => this.superseded(error),
    });
    const mayAct = (): boolean => this.lock.isFresh();
    const epoch = (): number => this.lock.epoch;
    this.orders = new OrderBook(link, names, buckets.control, epoch);
    this.acknowledger = new Acknowledger({
      link,
      names,
      timings,
      study,
      control: buckets.control,
      epoch,
      mayAct,
      onProblem,
    });
    this.reader = new ReportReader({
      link,
      names,
      timings,
      study,
      commit: (messages) => this.handlers?.commit(messages),
      onCommitted: (messages, sequence) => this.acknowledger.committed(messages, sequence),
      mayCommit: mayAct,
      onProblem,
    });
    this.offers = new Offers({
      link,
      names,
      study,
      pool: poolOf(options.requires ?? {}),
      claims: new Claims(buckets.claims),
      onClaimed: (ref, worker) => this.handlers?.claimed?.(ref, worker),
    });
    link.onProblem(onProblem);
    link.onState((state) => this.stateChanged(state));
  }

  async open(handlers: CoordinatorHandlers): Promise<void> {
    this.handlers = handlers;
    await this.lock.acquire(this.closing.signal);
    await persist(this.link, this.timings, () => this.makePool(), this.closing.signal);
    const registry = new Registry(this.link, this.names, (change) => this.handlers?.worker(change));
    const caughtUp = this.reader.caughtUp();
    this.reader.start();
    await caughtUp;
    await persist(this.link, this.timings, () => registry.tellKnown(), this.closing.signal);
    this.check = setInterval(() => void this.repair(), this.timings.checkMs);
    void this.quietly(() => removeOrphans(this.link, this.names, this.timings.orphanMs));
  }

  async offer(assignment: Assignment): Promise<void> {
    await this.mustHold();
    await this.offers.offer(assignment);
  }

  async withdraw(ref: AttemptRef): Promise<boolean> {
    return await this.offers.withdraw(ref);
  }

  async order(ref: AttemptRef, order: Order): Promise<void> {
    await this.mustHold();
    this.orders.add(ref, order);
    if (this.link.isOpen) await this.quietly(() => this.orders.store(ref, order));
  }

  async settle(ref: AttemptRef): Promise<void> {
    this.offers.settle(ref);
    this.orders.settle(ref);
    if (this.link.isOpen) await this.quietly(() => this.orders.forgetSettled());
  }

  async drain(): Promise<void> {
    if (this.link.isOpen) this.link.nc.publish(drainSubject(this.names, this.options.study));
  }

  /** Commits what came, gives the study back and leaves. Workers go on with what they hold. */
  async close(): Promise<void> {
    if (this.check !== null) clearInterval(this.check);
    await this.reader.stop();
    await this.acknowledger.stop();
    this.closing.abort();
    this.handlers = null;
    if (this.link.isOpen) await this.lock.release().catch(() => {}); // a lock that stays is waited for
    await this.abandon();
  }

  /** Ends without a word, as a process that is killed does. */
  async abandon(): Promise<void> {
    this.handlers = null;
    if (this.check !== null) clearInterval(this.check);
    this.closing.abort();
    this.lock.stop();
    await this.link.close();
  }

  private stateChanged(state: LinkState): void {
    this.options.onState?.(state);
    if (state.kind === "open") void this.repair();
    else this.lostConnection();
  }

  private lostConnection(): void {
    this.reader.hold();
    this.acknowledger.forgetPlaces();
    this.handlers?.connection?.("lost");
  }

  private superseded(error: Error): void {
    this.lostConnection();
    this.options.onSuperseded?.(error);
  }

  /** Makes sure that this coordinator may act. A paused or cut off one learns here that another took over. */
  private async mustHold(): Promise<void> {
    if (this.handlers !== null && this.link.isOpen && !this.lock.isFresh()) await this.lock.renew();
  }

  /** After every reconnect, and every so often: is everything there that should be? */
  private async repair(): Promise<void> {
    if (this.handlers === null) return;
    this.repairing ??= this.repairOnce().finally(() => {
      this.repairing = null;
    });
    await this.repairing;
  }

  private async repairOnce(): Promise<void> {
    await this.quietly(async () => {
      await persist(this.link, this.timings, () => this.repairServer(), this.closing.signal);
      const caughtUp = this.reader.isHeld ? this.reader.caughtUp() : null;
      this.reader.start();
      await caughtUp;
      if (caughtUp !== null) this.handlers?.connection?.("open");
    });
  }

  private async repairServer(): Promise<void> {
    const before = this.created;
    const created = creationOf(await ensureStreams(this.link, this.names, this.options.replicas ?? 1));
    await this.lock.renew();
    await this.makePool();
    const lost = lasting(this.names).some((name) => before.get(name) !== created.get(name));
    if (lost) await this.rebuild();
    await this.offers.renew();
    await this.orders.forgetSettled();
    this.created = created;
  }

  /**
   * The server lost what it had. Reports come again from the workers' spools and files from the machines that
   * stored them; workers get time to claim again what they run, before offers are made anew.
   */
  private async rebuild(): Promise<void> {
    this.options.onProblem?.(
      new Error("the NATS server lost what it kept; making it again from here and from the workers"),
    );
    this.reader.hold();
    this.acknowledger.forgetPlaces();
    this.link.nc.publish(resendSubject(this.names, this.options.study));
    await this.orders.storeAll();
    await this.files.restore();
    await pause(this.timings.reclaimMs, this.closing.signal);
  }

  private async makePool(): Promise<void> {
    const { link, names, buckets, timings } = this;
    await makePool(link, names, buckets.state, this.options.requires ?? {}, timings.ackWaitMs);
  }

  /** A failure that the next reconnect or check mends. */
  private async quietly(task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (this.closing.signal.aborted || isPassing(error)) return;
      this.options.onProblem?.(explain(error, this.link.servers));
    }
  }
}

/** Streams that outlive a server; heartbeats do not. */
function lasting(names: Names): readonly string[] {
  const buckets = [names.claims, names.control, names.state].map((bucket) => bucketStream(bucket));
  return [names.trials, names.reports, names.blobs, ...buckets];
}
