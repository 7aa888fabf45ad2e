import { JetStreamApiError, type StreamConfig } from "@nats-io/jetstream";

/** A message of a stream. */
export interface Held {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: ReadonlyMap<string, string>;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type Config = Partial<StreamConfig> & { readonly name: string };

const duplicateWindowMs = 120_000;
/** What the server counts beside subject and data. */
const messageBytes = 22;

export function apiError(status: number, code: number, description: string): JetStreamApiError {
  return new JetStreamApiError({ code: status, err_code: code, description });
}

export function matches(filter: string, subject: string): boolean {
  if (filter === subject) return true;
  const [wanted, tokens] = [filter.split("."), subject.split(".")];
  for (const [index, token] of wanted.entries()) {
    if (token === ">") return tokens.length > index;
    if (index >= tokens.length || (token !== "*" && token !== tokens[index])) return false;
  }
  return wanted.length === tokens.length;
}

/** One stream as nats-server 2.9.10 keeps it: numbers, limits, repeats, compare-and-set, purges. */
export class Stream {
  readonly config: Config;
  readonly created: string;
  readonly held = new Map<number, Held>();
  lastSeq = 0;
  lastAt = 0;
  bytes = 0;
  /** In place of the configured limit. */
  limitBytes: number | null = null;
  private readonly bySubject = new Map<string, Set<number>>();
  private ids = new Map<string, { readonly seq: number; readonly at: number }>();

  /** `nth`: no two streams were made in the same moment. */
  constructor(config: Config, now: number, nth: number) {
    this.config = config;
    this.created = new Date(now).toISOString().replace("Z", `${String(nth).padStart(6, "0")}Z`);
  }

  get firstSeq(): number {
    return this.held.keys().next().value ?? this.lastSeq + 1;
  }

  takes(subject: string): boolean {
    return this.config.subjects?.some((filter) => matches(filter, subject)) ?? false;
  }

  /** Stores a message, or says that it has it; throws why it does not. */
  store(
    subject: string,
    data: Uint8Array,
    headers: ReadonlyMap<string, string>,
    now: number,
  ): { readonly seq: number; readonly duplicate: boolean } {
    this.expire(now);
    const id = headers.get("Nats-Msg-Id");
    const known = id === undefined ? undefined : this.ids.get(id);
    if (known !== undefined && now - known.at < duplicateWindowMs) return { seq: known.seq, duplicate: true };
    this.checkExpected(subject, headers);
    const size = sizeOf(subject, data, headers);
    this.makeRoom(subject, size);
    const seq = ++this.lastSeq;
    this.keep({ seq, subject, data, headers, at: now });
    this.lastAt = now;
    if (id !== undefined) this.ids.set(id, { seq, at: now });
    return { seq, duplicate: false };
  }

  keep(message: Held): void {
    this.held.set(message.seq, message);
    const seqs = this.bySubject.get(message.subject);
    if (seqs === undefined) this.bySubject.set(message.subject, new Set([message.seq]));
    else seqs.add(message.seq);
    this.bytes += sizeOf(message.subject, message.data, message.headers);
  }

  remove(seq: number): Held | undefined {
    const message = this.held.get(seq);
    if (message === undefined) return undefined;
    this.held.delete(seq);
    const seqs = this.bySubject.get(message.subject);
    seqs?.delete(seq);
    if (seqs?.size === 0) this.bySubject.delete(message.subject);
    this.bytes -= sizeOf(message.subject, message.data, message.headers);
    return message;
  }

  last(subject: string, now: number): Held | undefined {
    this.expire(now);
    const seqs = this.bySubject.get(subject);
    return seqs === undefined ? undefined : this.held.get(Math.max(...seqs));
  }

  subjects(filter: string, now: number): Record<string, number> {
    this.expire(now);
    const found: Record<string, number> = {};
    for (const [subject, seqs] of this.bySubject) if (matches(filter, subject)) found[subject] = seqs.size;
    return found;
  }

  /** Removes what matches before `seq`. Asked for what is before 1, 2.9 removes it all. */
  purge(filter: string | undefined, seq: number | undefined): readonly Held[] {
    const before = seq === undefined || seq <= 1 ? Number.POSITIVE_INFINITY : seq;
    const gone: Held[] = [];
    for (const message of this.held.values()) {
      if (message.seq >= before) break;
      if (filter === undefined || matches(filter, message.subject)) gone.push(message);
    }
    for (const message of gone) this.remove(message.seq);
    return gone;
  }

  /** The newest messages never reached the disk. */
  tear(count: number): void {
    for (const seq of [...this.held.keys()].slice(-count)) {
      this.remove(seq);
      this.lastSeq = seq - 1;
    }
    this.remember();
  }

  /** What it knows of repeats after it was started again: what it still holds. */
  remember(): void {
    const ids = new Map<string, { readonly seq: number; readonly at: number }>();
    for (const { seq, headers, at } of this.held.values()) {
      const id = headers.get("Nats-Msg-Id");
      if (id !== undefined) ids.set(id, { seq, at });
    }
    this.ids = ids;
  }

  private checkExpected(subject: string, headers: ReadonlyMap<string, string>): void {
    const expected = headers.get("Nats-Expected-Last-Subject-Sequence");
    if (expected === undefined) return;
    const seqs = this.bySubject.get(subject);
    const last = seqs === undefined ? 0 : Math.max(...seqs);
    if (last !== Number(expected)) throw apiError(400, 10071, `wrong last sequence: ${last}`);
  }

  private makeRoom(subject: string, size: number): void {
    const { max_msgs_per_subject: perSubject = -1, discard, discard_new_per_subject: strict } = this.config;
    const seqs = this.bySubject.get(subject);
    const isFull = perSubject > 0 && (seqs?.size ?? 0) >= perSubject;
    if (isFull && strict === true && discard === "new")
      throw apiError(503, 10077, "maximum messages per subject exceeded");
    const replaced = isFull ? this.held.get(Math.min(...seqs!)) : undefined;
    const limit = this.limitBytes ?? this.config.max_bytes ?? -1;
    const freed = replaced === undefined ? 0 : sizeOf(replaced.subject, replaced.data, replaced.headers);
    if (limit > 0 && this.bytes - freed + size > limit) {
      if (discard === "new") throw apiError(503, 10077, "maximum bytes exceeded");
      for (const seq of this.held.keys()) {
        if (this.bytes + size <= limit) break;
        this.remove(seq);
      }
    }
    if (replaced !== undefined) this.remove(replaced.seq);
  }

  private expire(now: number): void {
    const { max_age: nanos = 0 } = this.config;
    if (nanos <= 0) return;
    for (const { seq, at } of this.held.values()) {
      if (now - at < nanos / 1e6) return;
      this.remove(seq);
    }
  }
}

function sizeOf(subject: string, data: Uint8Array, headers: ReadonlyMap<string, string>): number {
  let size = messageBytes + subject.length + data.length;
  if (headers.size > 0) size += 4 + "NATS/1.0\r\n\r\n".length;
  for (const [name, value] of headers) size += name.length + value.length + 4;
  return size;
}
