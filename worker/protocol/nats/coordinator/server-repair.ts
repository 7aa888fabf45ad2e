import { pause } from "../../clock.ts";
import type { CoordinatorBusOptions } from "./coordinator-options.ts";
import type { CoordinatorParts, ServerAccess } from "./coordinator-parts.ts";
import { makePool } from "../server/make-pool.ts";
import { bucketStream, resendSubject, type Names } from "../server/names.ts";
import type { StreamFacts } from "../link/wire.ts";
import { persist } from "../link/retry.ts";
import { ReportRoom } from "./report-room.ts";
import { replicasOn } from "../server/replicas.ts";
import { creationOf, ensureStreams, type Creation } from "../server/streams.ts";

/**
 * Sees to it that everything is on the server that should be: after every reconnect, and every so often. What
 * the server lost is made again from here and from the workers.
 */
export class ServerRepair {
  private readonly options: CoordinatorBusOptions;
  private readonly access: ServerAccess;
  private readonly parts: CoordinatorParts;
  private readonly closing: AbortSignal;
  private readonly room: ReportRoom;
  private created: Creation;

  constructor(
    options: CoordinatorBusOptions,
    access: ServerAccess,
    parts: CoordinatorParts,
    streams: ReadonlyMap<string, StreamFacts>,
    closing: AbortSignal,
  ) {
    this.options = options;
    this.access = access;
    this.parts = parts;
    this.created = creationOf(streams);
    this.closing = closing;
    this.room = new ReportRoom(access.link, access.names, access.buckets.state, options.study);
  }

  /** Checks and mends, as often as it takes. */
  async run(): Promise<void> {
    const { link, timings } = this.access;
    await persist(link, timings, () => this.mend(), this.closing);
  }

  /** For a study that has not begun: what it has stored so far may be gone, and is stored again when it begins. */
  async makeStreams(): Promise<void> {
    const { link, names, timings } = this.access;
    const replicas = replicasOn(link, this.options.replicas);
    await persist(link, timings, () => ensureStreams(link, names, replicas), this.closing);
  }

  /** Makes the queue of the workers this study asks for; what an end of the study before left for them goes. */
  async begin(): Promise<void> {
    const { link, timings } = this.access;
    await persist(link, timings, () => this.makePool(), this.closing);
    await persist(link, timings, () => this.parts.leftovers.wantAll(), this.closing);
  }

  private async makePool(): Promise<void> {
    const { link, names, buckets, timings } = this.access;
    await makePool(link, names, buckets.state, this.options.requires ?? {}, timings.ackWaitMs);
  }

  /** Makes room where messages without a reader fill the stream of all studies' reports. */
  async makeRoom(): Promise<void> {
    const crowded = await this.room.keep();
    if (crowded !== null) this.options.onProblem?.(crowded);
  }

  private async mend(): Promise<void> {
    const { link, names } = this.access;
    const { lock, offers, orders } = this.parts;
    const before = this.created;
    const created = creationOf(await ensureStreams(link, names, replicasOn(link, this.options.replicas)));
    await lock.renew();
    await this.makePool();
    const lost = lasting(names).some((name) => before.get(name) !== created.get(name));
    if (lost) await this.rebuild();
    else await this.parts.files.restore(); // without power a server forgets what it stored last
    await offers.renew();
    await orders.store(); // given while the server was away
    await orders.forgetSettled();
    this.created = created;
    await this.makeRoom();
    await this.parts.leftovers.remove();
  }

  /**
   * The server lost what it had. Reports come again from the workers' spools and files from the machines that
   * stored them; workers get time to claim again what they run, before offers are made again.
   */
  private async rebuild(): Promise<void> {
    this.options.onProblem?.(
      new Error("the NATS server lost what it kept; making it again from here and from the workers"),
    );
    const { link, names, timings } = this.access;
    this.parts.reader.hold();
    this.parts.acknowledger.forgetPlaces();
    link.nc.publish(resendSubject(names, this.options.study));
    await this.parts.orders.storeAll();
    await this.parts.files.restore();
    await pause(link.clock, timings.reclaimMs, this.closing);
  }
}

/** Streams that outlive a server; heartbeats do not. */
function lasting(names: Names): readonly string[] {
  const buckets = [names.claims, names.control, names.state].map((bucket) => bucketStream(bucket));
  return [names.trials, names.reports, names.blobs, ...buckets];
}
