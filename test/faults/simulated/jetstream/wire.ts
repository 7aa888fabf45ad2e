import { errors, type Status } from "@nats-io/transport-node";
import type { Rng } from "../../../../search/random.ts";
import { ServerUnreachable } from "../../../../worker/protocol/nats/link/server-errors.ts";
import type {
  Connection,
  Heard,
  KeyValues,
  Listening,
  Management,
  Publishing,
  Wire,
} from "../../../../worker/protocol/nats/link/wire.ts";
import type { Life, VirtualTime } from "../time.ts";
import { Inbox } from "./inbox.ts";
import { keyValues, management, publishing, type End } from "./library.ts";
import { bytesOf, headersOf, heardOf, noResponders } from "./messages.ts";
import type { Client, Sent } from "./client.ts";
import type { SimulatedJetStream } from "./server.ts";

export interface WireOptions {
  readonly server: SimulatedJetStream;
  readonly time: VirtualTime;
  readonly rng: Rng;
  /** The process whose connection it is. */
  readonly life: Life;
  readonly requestMs: number;
  /** Longest wait before it looks for the server again. */
  readonly retryMs: number;
}

const directPrefix = "$JS.API.DIRECT.GET.";

/** Longest the greeting of client and server takes before a connection is open again. */
const greetingMs = 30;

/**
 * A client's connection to the simulated server. What it sends takes its time and keeps its order; what is under way when the
 * connection breaks is gone, in both directions. What it is given to send while it greets the server again is sent after that,
 * and before anybody hears that it is back, as nats.js 3 does.
 */
export class SimulatedWire implements Wire {
  readonly nc: Connection;
  readonly js: Publishing;
  readonly jsm: Management;
  private readonly options: WireOptions;
  private readonly statuses = new Inbox<Status>();
  private readonly client: Client;
  private readonly end: End;
  private readonly subscriptions: Client["subscriptions"] = new Map();
  private subscribed = 0;
  /** Counts connections: what was under way in one does not arrive in the next. */
  private connection = 1;
  private isOpen = true;
  private isClosed = false;
  /** What waits for the end of the greeting; `null`: there is none. */
  private waiting: (() => void)[] | null = null;
  private close: () => void = () => {};
  private lastUp = 0;
  private lastDown = 0;
  /** Nothing gets through, and neither end has noticed. */
  private frozenUntil = 0;

  private constructor(options: WireOptions) {
    this.options = options;
    this.client = {
      subscriptions: this.subscriptions,
      cut: () => this.break(),
      later: (run) => this.down(run),
    };
    options.server.clients.add(this.client);
    this.nc = this.connectionOf();
    this.end = {
      server: options.server,
      client: this.client,
      ask: async (question, timeout) => await this.ask(question, timeout),
    };
    this.js = publishing(this.end);
    this.jsm = management(this.end);
  }

  static async dial(options: WireOptions): Promise<SimulatedWire> {
    const { server, time, life, requestMs, rng } = options;
    const isThere = await new Promise<boolean>((resolve) => {
      time.after(5 * rng.next(), life, () => {
        if (server.isUp) resolve(true);
        else time.after(Math.min(200, requestMs), life, () => resolve(false));
      });
    });
    if (!isThere) throw new ServerUnreachable("simulated", "connection refused");
    return new SimulatedWire(options);
  }

  /** The connection breaks now, and is made again no sooner than after `ms`. `notice`: when this end notices. */
  break(ms = 0, notice = 0): void {
    if (this.isClosed || !this.isOpen) return;
    const { server, time, life } = this.options;
    const broken = this.connection;
    const noticed = (): void => {
      if (broken !== this.connection || this.isClosed) return;
      this.connection += 1;
      server.left(this.client);
      this.isOpen = false;
      time.after(0, life, () => this.statuses.put({ type: "disconnect", server: "simulated" }));
      this.reconnect(ms);
    };
    this.frozenUntil = Math.max(this.frozenUntil, time.now + notice);
    if (notice === 0) noticed();
    else time.after(notice, life, noticed);
  }

  /** Its process is no more. */
  die(): void {
    this.connection += 1;
    this.isClosed = true;
    this.options.server.left(this.client);
  }

  async bucket(name: string): Promise<KeyValues> {
    return keyValues(this.end, name);
  }

  private reconnect(ms: number): void {
    const { time, life, rng, retryMs } = this.options;
    time.after(ms + retryMs * (1 + rng.next()), life, () => {
      if (this.isClosed) return;
      this.waiting = [];
      time.after(greetingMs * rng.next(), life, () => this.greeted());
    });
  }

  private greeted(): void {
    const { server } = this.options;
    const waiting = this.waiting ?? [];
    this.waiting = null;
    if (this.isClosed) return;
    if (!server.isUp) return this.reconnect(0);
    this.isOpen = true;
    this.frozenUntil = 0;
    server.clients.add(this.client);
    for (const run of waiting) this.up(run);
    this.statuses.put({ type: "reconnect", server: "simulated" });
  }

  private delay(): number {
    const { rng } = this.options;
    return rng.next() < 0.03 ? 400 * rng.next() : 4 * rng.next();
  }

  /** To the server. */
  private up(run: () => void): void {
    const { time, life, server } = this.options;
    if (!this.isOpen) return void this.waiting?.push(run); // else dropped, as the library does
    const { connection } = this;
    this.lastUp = Math.max(this.lastUp, time.now + this.delay());
    time.after(this.lastUp - time.now, life, () => {
      const isLost = connection !== this.connection || time.now < this.frozenUntil;
      if (!isLost && server.isUp && !server.isSilent) run();
    });
  }

  /** From the server. */
  private down(run: () => void): void {
    const { time, life } = this.options;
    const { connection } = this;
    this.lastDown = Math.max(this.lastDown, time.now + this.delay());
    time.after(this.lastDown - time.now, life, () => {
      if (connection === this.connection && time.now >= this.frozenUntil) run();
    });
  }

  /** Asks the server; what it throws is thrown here. */
  private async ask<T>(question: () => T, timeout = this.options.requestMs): Promise<T> {
    if (this.isClosed) throw new errors.ClosedConnectionError();
    const { time, life } = this.options;
    return await new Promise<T>((resolve, reject) => {
      time.after(timeout, life, () => reject(new errors.TimeoutError()));
      this.up(() => {
        try {
          const answer = question();
          this.down(() => resolve(answer));
        } catch (error) {
          this.down(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      });
    });
  }

  private connectionOf(): Connection {
    const { server } = this.options;
    return {
      info: { version: "2.9.10", host: "127.0.0.1", jetstream: true },
      publish: (subject, payload, options) => {
        if (this.isClosed) throw new errors.ClosedConnectionError();
        const sent = { subject, data: bytesOf(payload), headers: headersOf(options?.headers) };
        const { reply } = options ?? {};
        this.up(() => server.say(this.client, { ...sent, ...(reply === undefined ? {} : { reply }) }));
      },
      subscribe: (subject, listening) => this.subscribe(subject, listening),
      request: async (subject, payload, options) =>
        await this.request(subject, bytesOf(payload), options?.timeout),
      flush: async () => await this.ask(() => {}),
      isClosed: () => this.isClosed,
      close: async () => {
        this.isClosed = true;
        this.connection += 1;
        this.isOpen = false;
        server.left(this.client);
        this.statuses.end();
        this.close();
      },
      closed: async () => await new Promise<void>((resolve) => (this.close = resolve)),
      status: () => this.statuses,
    };
  }

  /** The server knows a subscription as long as its client does; what it sends arrives later. */
  private subscribe(subject: string, { max, callback }: Listening): { unsubscribe: () => void } {
    const id = this.subscribed++;
    const unsubscribe = (): void => void this.subscriptions.delete(id);
    let heard = 0;
    const hear = (sent: Sent): void => {
      if (!this.subscriptions.has(id)) return;
      heard += 1;
      if (max !== undefined && heard >= max) unsubscribe();
      callback(null, heardOf(sent));
    };
    this.subscriptions.set(id, { subject, hear });
    return { unsubscribe };
  }

  private async request(subject: string, data: Uint8Array, timeout?: number): Promise<Heard> {
    const { server } = this.options;
    if (subject.startsWith("$JS.ACK.")) {
      await this.ask(() => server.acknowledged(subject, data), timeout);
      return heardOf({ subject, data: new Uint8Array(), headers: new Map() });
    }
    if (!subject.startsWith(directPrefix)) throw new Error(`nothing in this world answers on ${subject}`);
    const [stream = "", ...rest] = subject.slice(directPrefix.length).split(".");
    return await this.ask(() => {
      if (!server.streams.has(stream)) throw noResponders(subject);
      const held = server.streams.last(stream, rest.join("."));
      return heardOf(
        held === null
          ? { subject, data: new Uint8Array(), headers: new Map(), status: 404 }
          : { subject, data: held.data, headers: held.headers },
      );
    }, timeout);
  }
}
