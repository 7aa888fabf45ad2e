import type { Client } from "./client.ts";
import { matches, type Held, type Stream } from "./stream.ts";

/** A reader of a stream that the server pushes to. */
export interface Reader {
  readonly client: Client;
  readonly stream: Stream;
  readonly filter: string;
  next: number;
  readonly hear: (message: Held, pending: number) => void;
}

/** Those who read streams in order; what they are sent they do not answer for. */
export class Readers {
  private readonly readers = new Set<Reader>();

  /** From here on what the stream holds, and takes, is sent. Returns how much it holds, and how to stop. */
  add(reader: Reader): { readonly pending: number; readonly stop: () => void } {
    const pending = pendingOf(reader);
    this.readers.add(reader);
    feed(reader);
    return { pending, stop: () => void this.readers.delete(reader) };
  }

  /** The stream has something new. */
  feed(stream: Stream): void {
    for (const reader of this.readers) if (reader.stream === stream) feed(reader);
  }

  left(client: Client): void {
    for (const reader of this.readers) if (reader.client === client) this.readers.delete(reader);
  }
}

function feed(reader: Reader): void {
  for (const message of reader.stream.held.values()) {
    if (message.seq < reader.next || !matches(reader.filter, message.subject)) continue;
    reader.next = message.seq + 1;
    const pending = pendingOf(reader);
    reader.client.later(() => reader.hear(message, pending));
  }
}

function pendingOf({ stream, next, filter }: Pick<Reader, "stream" | "next" | "filter">): number {
  let count = 0;
  if (stream.lastSeq < next) return 0;
  for (const { seq, subject } of stream.held.values())
    if (seq >= next && matches(filter, subject)) count += 1;
  return count;
}
