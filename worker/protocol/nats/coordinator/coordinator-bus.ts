import type { Assignment } from "../../assignment.ts";
import type { BlobStore } from "../../blobs.ts";
import type { CoordinatorBus, CoordinatorHandlers } from "../../bus.ts";
import type { AttemptRef } from "../../ids.ts";
import type { Order } from "../../messages.ts";
import type { Drain } from "../server/control.ts";
import type { CoordinatorBusOptions } from "./coordinator-options.ts";
import { coordinatorParts, type CoordinatorParts, type ServerAccess } from "./coordinator-parts.ts";
import { explain } from "../link/explain.ts";
import type { Link, LinkState } from "../link/link.ts";
import { drainSubject, resendSubject } from "../server/names.ts";
import { whenThereIsRoom } from "./when-there-is-room.ts";
import { removeOrphans } from "./orphans.ts";
import { ReadingOn } from "./reading-on.ts";
import { LeaderWatch } from "./leader-watch.ts";
import { Registry } from "./registry.ts";
import { isPassing, persist } from "../link/retry.ts";
import type { StreamFacts } from "../link/wire.ts";
import { ServerRepair } from "./server-repair.ts";

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
  /** The connection, for what else this process publishes to the lab. It ends with the bus. */
  readonly link: Link;
  private readonly options: CoordinatorBusOptions;
  private readonly access: ServerAccess;
  private readonly parts: CoordinatorParts;
  private readonly server: ServerRepair;
  private handlers: CoordinatorHandlers | null = null;
  private repairing: Promise<void> | null = null;
  private stopChecking: () => void = () => {};
  private isTaken = false;
  private announced: LinkState["kind"] = "open";
  private readonly closing = new AbortController();
  private readonly leaders: LeaderWatch;
  private readonly reading: ReadingOn;

  constructor(
    options: CoordinatorBusOptions,
    access: ServerAccess,
    streams: ReadonlyMap<string, StreamFacts>,
  ) {
    const problem = (error: Error): void => options.onProblem?.(error);
    this.options = options;
    this.access = access;
    this.link = access.link;
    this.parts = coordinatorParts(options, access, {
      commit: (messages) => this.handlers?.commit(messages),
      claimed: (ref, worker) => this.handlers?.claimed?.(ref, worker),
      superseded: (error) => this.superseded(error),
      problem,
    });
    this.reading = new ReadingOn(this.parts.reader, () => this.handlers);
    this.blobs = this.parts.files;
    this.server = new ServerRepair(options, access, this.parts, streams, this.closing.signal);
    this.leaders = new LeaderWatch(access.link, access.names, access.timings, problem);
    this.leaders.start();
    this.link.onProblem(problem);
    this.link.onState((state) => this.stateChanged(state));
  }

  /** Which coordinator of the study this is, counted on with each; 0 before it has the study. */
  get epoch(): number {
    return this.parts.lock.epoch;
  }

  /** Takes the study, unless it has it. `open` does so, too. Throws `SecondCoordinator` when a living one has it. */
  async take(): Promise<void> {
    if (this.isTaken) return;
    const { signal } = this.closing;
    await whenThereIsRoom(this.access, this.options, signal, () => this.parts.lock.acquire(signal));
    this.isTaken = true;
  }

  /** What is committed is let go of (announced to its workers, removed from the server) only after `safe`, asked after it was. */
  letGoAfter(safe: () => Promise<void>): void {
    this.parts.acknowledger.letGoAfter(safe);
  }

  /** Hears of each publish how long it waited on the server for its commit, by the clocks of both machines. */
  onDelay(listener: (ms: number) => void): void {
    this.parts.reader.onDelay(listener);
  }

  async open(handlers: CoordinatorHandlers): Promise<void> {
    const { link, names, timings } = this.access;
    const { reader } = this.parts;
    this.handlers = handlers;
    await this.take();
    const { signal } = this.closing;
    await whenThereIsRoom(this.access, this.options, signal, () => this.server.begin());
    const registry = new Registry(
      this.access,
      (change) => {
        this.parts.leftovers.heard(change);
        this.handlers?.worker(change);
      },
      (problem) => this.options.onProblem?.(problem),
    );
    const caughtUp = reader.caughtUp();
    reader.start();
    await caughtUp;
    const known = await persist(link, timings, () => registry.tellKnown(), signal);
    if (!known) link.nc.publish(resendSubject(names, this.options.study)); // workers also say that they are here
    this.stopChecking = link.clock.every(timings.checkMs, () => void this.repair());
    void this.quietly(() => this.server.makeRoom());
    void this.quietly(() => removeOrphans(link, names, timings.orphanMs));
  }

  async offer(assignment: Assignment): Promise<void> {
    const { offers } = this.parts;
    offers.add(assignment);
    if (await this.mayAct()) await this.quietly(() => offers.make(assignment.ref));
  }

  async withdraw(ref: AttemptRef): Promise<boolean> {
    return await this.parts.offers.withdraw(ref);
  }

  async order(ref: AttemptRef, order: Order): Promise<void> {
    const { orders } = this.parts;
    orders.add(ref, order);
    if (await this.mayAct()) await this.quietly(() => orders.store());
  }

  async settle(ref: AttemptRef, lastWord?: Order): Promise<void> {
    const { offers, orders } = this.parts;
    offers.settle(ref);
    if (lastWord !== undefined) return await this.order(ref, lastWord);
    orders.settle(ref);
    if (this.link.isOpen) await this.quietly(() => orders.forgetSettled());
  }

  async dismiss(refs: readonly AttemptRef[]): Promise<void> {
    this.parts.leftovers.dismiss();
    this.parts.acknowledger.release(refs);
  }

  async drain(): Promise<void> {
    if (!this.link.isOpen) return;
    const subject = drainSubject(this.access.names, this.options.study);
    this.link.nc.publish(subject, this.link.seal.write(subject, { epoch: this.epoch } satisfies Drain));
  }

  /** Commits what came, gives the study back and leaves. Workers go on with what they hold. */
  async close(): Promise<void> {
    const { reader, acknowledger, leftovers, lock } = this.parts;
    this.stopChecking();
    await this.quietly(() => leftovers.comeBack(() => this.mayAct()));
    await reader.stop();
    await acknowledger.stop();
    await this.quietly(() => leftovers.lastWord(() => lock.isFresh()));
    this.closing.abort();
    this.handlers = null;
    if (this.link.isOpen) await lock.release().catch(() => {}); // a lock that stays is waited for
    await this.abandon();
  }

  /** Ends without a word, as a process that is killed does. */
  async abandon(): Promise<void> {
    this.handlers = null;
    this.stopChecking();
    this.closing.abort();
    this.leaders.end();
    this.parts.lock.stop();
    await this.link.close();
  }

  private stateChanged(state: LinkState): void {
    if (state.kind === "open") void this.repair();
    else {
      this.announce(state);
      this.lostConnection();
    }
  }

  private announce(state: LinkState): void {
    if (state.kind === this.announced) return;
    this.announced = state.kind;
    this.options.onState?.(state);
  }

  private lostConnection(): void {
    this.parts.acknowledger.forgetPlaces();
    this.reading.lost();
  }

  private superseded(error: Error): void {
    this.lostConnection();
    this.options.onSuperseded?.(error);
  }

  /**
   * Not while the server does not answer: what is to be done is written down, and `repair` does it. A paused or cut
   * off coordinator learns here that another took over: throws `SecondCoordinator`.
   */
  private async mayAct(): Promise<boolean> {
    const { lock } = this.parts;
    if (!this.link.isOpen) return false;
    if (this.handlers === null || lock.isFresh()) return true;
    try {
      await lock.renew();
      return true;
    } catch (error) {
      if (!isPassing(error)) throw error;
      return false;
    }
  }

  /** Checks the server, then reads on where reading was held. */
  private async repair(): Promise<void> {
    if (this.handlers === null) return await this.quietly(() => this.server.makeStreams());
    this.repairing ??= this.quietly(async () => {
      await this.server.run();
      if (this.link.isOpen) this.announce(this.link.state); // not before it answers: one with a full disk never does
      this.reading.goOn();
    }).finally(() => {
      this.repairing = null;
    });
    await this.repairing;
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
