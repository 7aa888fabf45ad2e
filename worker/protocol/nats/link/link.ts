import { errors, type Status } from "@nats-io/transport-node";
import { systemClock, type Clock } from "../../clock.ts";
import { untilCalled } from "../../waits.ts";
import { inboxPrefixOf } from "./auth.ts";
import { withoutSecrets } from "./without-secrets.ts";
import { addressesOf, type LinkOptions } from "./dial.ts";
import { ConnectionBroken } from "./errors.ts";
import { ServerSilent } from "./server-errors.ts";
import { explain } from "./explain.ts";
import { inTime } from "./in-time.ts";
import { seedOf, workerKeyOf, type Reach } from "./identity.ts";
import { NatsWire } from "./nats-wire.ts";
import { Seal } from "./seal.ts";
import { checkServer } from "./server-check.ts";
import type { Timings } from "./timings.ts";
import type { Connection, Management, Publishing, Wire } from "./wire.ts";

/** For progress displays. */
export type LinkState =
  | { readonly kind: "connecting"; readonly servers: string; readonly problem: Error }
  | { readonly kind: "open"; readonly servers: string }
  | { readonly kind: "reconnecting"; readonly servers: string }
  | { readonly kind: "closed"; readonly problem: Error | null };

export type LinkListener = (state: LinkState) => void;

/**
 * One connection to the server that mends itself. States: open → reconnecting → open …, and closed for ever.
 * A frozen network is noticed after two missed pings, 10 to 15 seconds.
 */
export class Link {
  readonly wire: Wire;
  readonly nc: Connection;
  readonly js: Publishing;
  readonly jsm: Management;
  /** Where answers to this connection go. */
  readonly inboxPrefix: string | undefined;
  readonly servers: string;
  /** Signs what this process orders, and tells whose orders count. */
  readonly seal: Seal;
  /** The key that is part of the subjects a worker reports on here; `null`: none is. */
  readonly workerKey: string | null;
  /** The time of everything that waits on this connection. */
  readonly clock: Clock;
  private readonly requestMs: number;
  private readonly listeners = new Set<LinkListener>();
  private readonly problems = new Set<(problem: Error) => void>();
  private current: LinkState;
  /** Moment of the newest answer, and whether its silence was reported. */
  private answeredAt: number;
  private silenceReported = false;

  private constructor(wire: Wire, servers: string, reach: Reach, clock: Clock, requestMs: number) {
    this.wire = wire;
    this.nc = wire.nc;
    this.js = wire.js;
    this.jsm = wire.jsm;
    this.inboxPrefix = reach.auth === undefined ? undefined : inboxPrefixOf(reach.auth);
    this.seal = new Seal(seedOf(reach.auth), reach.coordinators ?? []);
    this.workerKey = workerKeyOf(reach);
    this.servers = servers;
    this.clock = clock;
    this.answeredAt = clock.monotonic();
    this.requestMs = requestMs;
    this.current = { kind: "open", servers };
    void this.watch();
    void this.nc.closed().then((error) => this.closed(error ?? null));
  }

  /**
   * Connects once or throws what is wrong: address, credentials, TLS, JetStream, version, an open server. `withinMs`: how long
   * that may take all in all, also where several servers are named and some are away.
   */
  static async connect(
    options: LinkOptions,
    timings: Timings,
    withinMs = Number.POSITIVE_INFINITY,
  ): Promise<Link> {
    const servers = withoutSecrets(options.servers);
    const clock = options.clock ?? systemClock;
    const by = clock.monotonic() + withinMs;
    const wire = await dialWithin({ ...options, clock }, servers, timings, withinMs * dialShare);
    try {
      const link = new Link(wire, servers, options, clock, timings.requestMs);
      const limitMs = Math.min(timings.requestMs, by - clock.monotonic());
      const allowOpenServer = options.allowOpenServer === true;
      await checkServer(wire, { servers, allowOpenServer, clock, limitMs });
      return link;
    } catch (error) {
      await wire.nc.close();
      throw explain(error, servers);
    }
  }

  get state(): LinkState {
    return this.current;
  }

  get isOpen(): boolean {
    return this.current.kind === "open";
  }

  /** Is it connected to a server that answers? One whose disk is full takes connections and answers nothing. */
  get answers(): boolean {
    return this.isOpen && !this.silenceReported;
  }

  /** Every change of state. Returns how to stop listening. */
  onState(listener: LinkListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What goes wrong beside a request: a permission missing, mostly. */
  onProblem(listener: (problem: Error) => void): void {
    this.problems.add(listener);
  }

  /** Resolves when the connection is open; throws when it is closed for good or the signal fires. */
  async untilOpen(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.current.kind === "open") return;
    if (this.current.kind === "closed") throw this.current.problem ?? new errors.ClosedConnectionError();
    await untilCalled((done) => this.onState(done), signal);
    await this.untilOpen(signal);
  }

  /** Asks the server something, and does not wait for an answer that can no longer come. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    let stop = (): void => {};
    const broken = new Promise<never>((_resolve, reject) => {
      stop = this.onState(() => reject(new ConnectionBroken()));
    });
    const askedAt = this.clock.monotonic();
    const answer = question();
    answer.then(
      () => this.answered(),
      (error: unknown) => this.unanswered(error, askedAt), // also when the connection broke and no listener is left
    );
    try {
      return await Promise.race([answer, broken]);
    } finally {
      stop();
    }
  }

  /** Ends the connection; what was published before is sent first where the server still listens. */
  async close(): Promise<void> {
    if (this.nc.isClosed()) return;
    if (this.isOpen) await this.flush();
    await this.nc.close();
  }

  private async flush(): Promise<void> {
    let stop = (): void => {};
    const tooLate = new Promise<void>((resolve) => {
      stop = this.clock.idle(1_000, resolve);
    });
    await Promise.race([this.nc.flush().catch(ignore), this.nc.closed(), tooLate]);
    stop();
  }

  private async watch(): Promise<void> {
    for await (const status of this.nc.status()) this.status(status);
  }

  private status(status: Status): void {
    switch (status.type) {
      case "disconnect":
        if (this.current.kind === "open") this.become({ kind: "reconnecting", servers: this.servers });
        return;
      case "reconnect":
        this.become({ kind: "open", servers: this.servers });
        return;
      case "error":
        for (const listener of this.problems) listener(explain(status.error, this.servers));
        return;
      case "reconnecting":
      case "update":
      case "ldm":
      case "ping":
      case "staleConnection":
      case "slowConsumer":
      case "forceReconnect":
      case "close":
        return;
      default:
        status satisfies never;
    }
  }

  private answered(): void {
    this.answeredAt = this.clock.monotonic();
    this.silenceReported = false;
  }

  /** A server that is connected and answers no request is reported once. */
  private unanswered(error: unknown, askedAt: number): void {
    if (!(error instanceof errors.TimeoutError)) return;
    if (!this.isOpen || this.silenceReported || this.answeredAt > askedAt) return;
    this.silenceReported = true;
    const problem = new ServerSilent(this.servers, this.requestMs, error);
    for (const listener of this.problems) listener(problem);
  }

  private closed(error: Error | null): void {
    this.become({ kind: "closed", problem: error === null ? null : explain(error, this.servers) });
  }

  private become(state: LinkState): void {
    if (this.current.kind === "closed") return;
    this.current = state;
    for (const listener of this.listeners) listener(state);
  }
}

/** Dialling may take this part of the time for a connection; the rest is for the server's answers. */
const dialShare = 0.6;

/** The rest is for asking a server that took no connection whether it wants a certificate. */
const connectShare = 0.75;

/** Every address gets its part of `limitMs`, so that the last of them is tried, too. */
async function dialWithin(
  options: LinkOptions & { readonly clock: Clock },
  servers: string,
  timings: Timings,
  limitMs: number,
): Promise<Wire> {
  const each = (limitMs * connectShare) / addressesOf(options.servers).length;
  const dialMs = Math.min(timings.requestMs, each);
  const dialing: Promise<Wire> =
    options.dial?.(timings) ?? NatsWire.dial({ ...options, dialMs }, servers, timings);
  if (!Number.isFinite(limitMs)) return await dialing;
  try {
    return await inTime(options.clock, limitMs, dialing);
  } catch (error) {
    void dialing.then((late) => late.nc.close(), ignore);
    throw explain(error, servers);
  }
}

function ignore(): void {}
