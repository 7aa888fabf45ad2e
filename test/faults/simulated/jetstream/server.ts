import { JetStreamApiError, type ConsumerConfig } from "@nats-io/jetstream";
import type { Rng } from "../../../../search/random.ts";
import type { ConsumerFacts } from "../../../../worker/protocol/nats/link/wire.ts";
import { Life, type VirtualTime } from "../time.ts";
import type { Client, Sent } from "./client.ts";
import { Readers, type Reader } from "./readers.ts";
import { Queue } from "./queue.ts";
import { StreamTable } from "./stream-table.ts";
import { apiError, matches, type Held, type Stream } from "./stream.ts";

const noHeaders: ReadonlyMap<string, string> = new Map();
const empty = new Uint8Array();

/**
 * A nats-server with JetStream in simulated time, as far as the bus asks anything of it; test/contracts/jetstream.ts holds it to
 * the real one. It can be killed, wiped, torn, filled, and fall silent.
 */
export class SimulatedJetStream {
  /** Takes nothing while its disk is full; 2.9 then answers nothing either, which `isSilent` is. */
  isFull = false;
  isSilent = false;
  isUp = true;
  /** Heard with every message that is stored, and every one that a purge removes. */
  onStored: (message: Held) => void = () => {};
  readonly clients = new Set<Client>();
  readonly streams: StreamTable;
  private readonly time: VirtualTime;
  private readonly rng: Rng;
  private readonly ever = new Life();
  private queues = new Map<string, Queue>();
  private readonly readers = new Readers();

  constructor(time: VirtualTime, rng: Rng) {
    this.time = time;
    this.rng = rng;
    this.streams = new StreamTable(() => this.now);
  }

  get now(): number {
    return this.time.date;
  }

  /** Everything that runs at the server's own time. */
  private after(ms: number, run: () => void): void {
    this.time.after(ms, this.ever, () => {
      if (this.isUp && !this.isSilent) run();
    });
  }

  // What clients ask

  publish(subject: string, data: Uint8Array, headers = noHeaders): { readonly seq: number } | null {
    this.tellSubscribers({ subject, data, headers });
    const stream = this.streams.taking(subject);
    if (stream === undefined) return null;
    if (this.isFull) throw apiError(503, 10023, "insufficient resources");
    const stored = stream.store(subject, data, headers, this.now);
    if (!stored.duplicate) this.stored(stream, stream.held.get(stored.seq)!);
    return stored;
  }

  /** A message that is not for a stream, or whose sender waits for no answer. */
  say(client: Client, { subject, data, headers, reply }: Sent): void {
    if (subject.startsWith("$JS.ACK.")) this.acknowledged(subject, data);
    else if (subject.startsWith("$JS.API.CONSUMER.MSG.NEXT."))
      this.pulled(client, subject, data, reply ?? "");
    else {
      try {
        this.publish(subject, data, headers);
      } catch (error) {
        if (!(error instanceof JetStreamApiError)) throw error; // the answer is not waited for
      }
    }
  }

  acknowledged(subject: string, data: Uint8Array): void {
    const [, , stream, queue, , seq] = subject.split(".");
    this.queues.get(`${stream} ${queue}`)?.answer(Number(seq), new TextDecoder().decode(data));
  }

  addQueue(name: string, config: Partial<ConsumerConfig>): ConsumerFacts {
    const stream = this.streams.get(name);
    const durable = config.durable_name ?? "";
    const key = `${name} ${durable}`;
    const queue =
      this.queues.get(key) ??
      new Queue({
        name: durable,
        filter: config.filter_subject ?? ">",
        ackWaitMs: (config.ack_wait ?? 30e9) / 1e6,
        stream,
        now: () => this.now,
        after: (ms, run) => this.after(ms, run),
      });
    this.queues.set(key, queue);
    return {
      num_pending: queue.pending,
      num_ack_pending: queue.unacknowledged,
      delivered: { stream_seq: queue.delivered },
    };
  }

  deleteQueue(name: string, durable: string): boolean {
    this.streams.get(name);
    const queue = this.queues.get(`${name} ${durable}`);
    if (queue === undefined) throw apiError(404, 10014, "consumer not found");
    this.queues.delete(`${name} ${durable}`);
    queue.end();
    return true;
  }

  /** From here on what the stream holds, and takes, is sent. */
  read(
    reader: Omit<Reader, "stream">,
    name: string,
  ): { readonly pending: number; readonly stop: () => void } {
    return this.readers.add({ ...reader, stream: this.streams.get(name) });
  }

  // What befalls it

  /** It ends without a word: connections break, what it held in memory is gone, what it wrote last may be. */
  kill(): void {
    this.isUp = false;
    this.isSilent = false;
    for (const client of this.clients) client.cut();
    this.streams.crashed();
  }

  up(): void {
    this.isUp = true;
    this.streams.remember();
    for (const queue of this.queues.values()) queue.crashed(() => this.rng.next() < 0.3);
  }

  /** It forgets everything; while it is down. */
  wipe(): void {
    this.streams.clear();
    this.queues = new Map();
  }

  /** The power went: what was stored last never reached the disk. While it is down. */
  tear(): void {
    this.streams.tear(() => this.rng.int(6));
  }

  /** This client's connection is gone. */
  left(client: Client): void {
    this.clients.delete(client);
    this.readers.left(client);
  }

  private stored(stream: Stream, message: Held): void {
    this.onStored(message);
    this.readers.feed(stream);
    for (const queue of this.queues.values()) if (queue.options.stream === stream) queue.serve();
  }

  private pulled(client: Client, subject: string, data: Uint8Array, inbox: string): void {
    const [stream, durable] = subject.slice("$JS.API.CONSUMER.MSG.NEXT.".length).split(".");
    const answer = (sent: Omit<Sent, "data" | "headers"> & Partial<Sent>): void =>
      this.tellSubscribers({ data: empty, headers: noHeaders, ...sent }, inbox);
    const queue = this.queues.get(`${stream} ${durable}`);
    if (queue === undefined) return; // 2.9 says nothing
    const { expires, no_wait: isImpatient } = JSON.parse(new TextDecoder().decode(data)) as {
      readonly expires?: number;
      readonly no_wait?: boolean;
    };
    const until = this.now + (expires ?? 0) / 1e6;
    let isOpen = true;
    const waiting = {
      isThere: () => isOpen && this.clients.has(client),
      give: (message: Held, reply: string) => {
        isOpen = false;
        answer({ subject: message.subject, data: message.data, headers: message.headers, reply });
      },
      end: () => {
        isOpen = false;
        answer({ subject: inbox, status: 409 });
      },
      until,
    };
    if (queue.ask(waiting)) return;
    if (isImpatient === true) return answer({ subject: inbox, status: 404 });
    queue.wait(waiting);
    this.after(until - this.now, () => {
      if (!isOpen) return;
      isOpen = false;
      answer({ subject: inbox, status: 408 });
    });
  }

  /** `inbox`: the subject it is sent on, where that is not its own. */
  private tellSubscribers(sent: Sent, inbox = sent.subject): void {
    for (const client of this.clients) {
      for (const { subject, hear } of client.subscriptions.values())
        if (matches(subject, inbox)) client.later(() => hear(sent));
    }
  }
}
