import type { StreamFacts } from "../../../../worker/protocol/nats/link/wire.ts";
import { apiError, Stream, type Config, type Held } from "./stream.ts";

/** The streams of a simulated server, by name. */
export class StreamTable {
  private streams = new Map<string, Stream>();
  private readonly now: () => number;
  private made = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Makes a stream, or finds it again in the same shape. Throws where it has another, or its subjects belong to another. */
  add(config: Config): StreamFacts {
    const known = this.streams.get(config.name);
    if (known !== undefined) {
      if (!isSame(known.config, config)) throw apiError(400, 10058, "stream name already in use");
      return this.facts(known, undefined);
    }
    const overlaps = [...this.streams.values()].some((stream) =>
      config.subjects?.some((subject) => stream.takes(subject.replace(">", "x"))),
    );
    if (overlaps) throw apiError(400, 10065, "subjects overlap with an existing stream");
    const stream = new Stream(config, this.now(), ++this.made);
    this.streams.set(config.name, stream);
    return this.facts(stream, undefined);
  }

  /** Throws what the server answers where there is none. */
  get(name: string): Stream {
    const stream = this.streams.get(name);
    if (stream === undefined) throw apiError(404, 10059, "stream not found");
    return stream;
  }

  has(name: string): boolean {
    return this.streams.has(name);
  }

  /** The stream that stores what is published on the subject. */
  taking(subject: string): Stream | undefined {
    for (const stream of this.streams.values()) if (stream.takes(subject)) return stream;
    return undefined;
  }

  info(name: string, filter?: string): StreamFacts {
    return this.facts(this.get(name), filter);
  }

  purge(name: string, filter?: string, seq?: number): { readonly purged: number } {
    return { purged: this.get(name).purge(filter, seq).length };
  }

  last(name: string, subject: string): Held | null {
    return this.streams.get(name)?.last(subject, this.now()) ?? null;
  }

  bytesOf(name: string): number {
    return this.streams.get(name)?.bytes ?? 0;
  }

  /** The stream takes no more bytes than these; `null`: as many as it was made for. */
  limit(name: string, bytes: number | null): void {
    const stream = this.streams.get(name);
    if (stream !== undefined) stream.limitBytes = bytes;
  }

  /** Its server died, and what it held in memory is gone. */
  crashed(): void {
    for (const [name, stream] of this.streams)
      if (stream.config.storage === "memory") this.streams.delete(name);
  }

  remember(): void {
    for (const stream of this.streams.values()) stream.remember();
  }

  /** Of each stream the newest messages, this many, never reached the disk. */
  tear(count: () => number): void {
    for (const stream of this.streams.values()) stream.tear(count());
  }

  clear(): void {
    this.streams = new Map();
  }

  private facts(stream: Stream, filter: string | undefined): StreamFacts {
    const subjects = filter === undefined ? {} : { subjects: stream.subjects(filter, this.now()) };
    const { held, bytes, firstSeq, lastSeq, lastAt, config, created } = stream;
    return {
      config: config as StreamFacts["config"],
      created,
      state: {
        messages: held.size,
        bytes,
        first_seq: firstSeq,
        last_seq: lastSeq,
        last_ts: new Date(lastAt).toISOString(),
        ...subjects,
      },
    };
  }
}

/** Would a stream of this configuration be the one that is there? */
function isSame(known: Config, wanted: Config): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => JSON.stringify(known[name as keyof Config]) === JSON.stringify(value),
  );
}
