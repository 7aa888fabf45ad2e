import type { Held, Stream } from "./stream.ts";
import { matches } from "./stream.ts";

/** A request for one message that waits at the server. */
export interface Waiting {
  /** False: the one that asked is gone. */
  readonly isThere: () => boolean;
  readonly give: (message: Held, reply: string) => void;
  /** The queue is gone. */
  readonly end: () => void;
  readonly until: number;
}

interface Out {
  readonly message: Held;
  deliveries: number;
  /** When it goes to another worker. */
  dueAt: number;
}

export interface QueueOptions {
  readonly name: string;
  readonly filter: string;
  readonly ackWaitMs: number;
  readonly stream: Stream;
  readonly now: () => number;
  /** Calls back by the server's time. */
  readonly after: (ms: number, run: () => void) => void;
}

/** A durable consumer of a work queue: gives each message to one worker at a time, and again when none answers for it. */
export class Queue {
  readonly options: QueueOptions;
  /** Place of the newest message that was given out. */
  delivered = 0;
  private readonly out = new Map<number, Out>();
  private waiting: Waiting[] = [];
  /** Removed from the queue a moment ago: what a server that dies may not have written down. */
  private recent: { readonly message: Held; readonly at: number }[] = [];

  constructor(options: QueueOptions) {
    this.options = options;
  }

  get pending(): number {
    let count = 0;
    for (const message of this.options.stream.held.values()) if (this.isNew(message)) count += 1;
    return count;
  }

  get unacknowledged(): number {
    return this.out.size;
  }

  /** `false`: there is nothing now. */
  ask(waiting: Waiting): boolean {
    const message = this.next();
    if (message === null) return false;
    this.give(waiting, message);
    return true;
  }

  wait(waiting: Waiting): void {
    this.waiting.push(waiting);
  }

  /** Gives what there is to those who wait. */
  serve(): void {
    const { now } = this.options;
    this.waiting = this.waiting.filter(({ isThere, until }) => isThere() && until > now());
    while (this.waiting.length > 0) {
      const message = this.next();
      if (message === null) return;
      this.give(this.waiting.shift()!, message);
    }
  }

  /** It is deleted. */
  end(): void {
    for (const { isThere, end } of this.waiting) if (isThere()) end();
    this.waiting = [];
  }

  answer(seq: number, word: string): void {
    const { stream, now, ackWaitMs } = this.options;
    const out = this.out.get(seq);
    if (out === undefined) return;
    if (word.startsWith("+WPI")) out.dueAt = now() + ackWaitMs;
    else if (word.startsWith("-NAK")) {
      const { delay = 0 } = JSON.parse(word.slice(4).trim() || "{}") as { readonly delay?: number };
      out.dueAt = now() + delay / 1e6;
    } else if (word === "" || word.startsWith("+ACK") || word.startsWith("+TERM")) {
      this.out.delete(seq);
      stream.remove(seq);
      this.recent = this.recent.filter(({ at }) => now() - at < 1_000);
      this.recent.push({ message: out.message, at: now() });
      return;
    }
    this.lookLater(out);
  }

  /** Every lease runs out while a server is away; of what was answered last, some may be there again. */
  crashed(isBack: () => boolean): void {
    const { stream, now } = this.options;
    this.waiting = [];
    for (const out of this.out.values()) out.dueAt = now();
    for (const { message, at } of this.recent) {
      if (now() - at > 1_000 || !isBack() || stream.held.has(message.seq)) continue;
      if (message.seq > stream.lastSeq) continue;
      stream.keep(message);
      this.out.set(message.seq, { message, deliveries: 1, dueAt: now() });
    }
    this.recent = [];
    this.forgetRemoved();
  }

  private next(): Held | null {
    const { stream, now } = this.options;
    this.forgetRemoved();
    for (const { message, dueAt } of this.out.values()) if (dueAt <= now()) return message;
    for (const message of stream.held.values()) if (this.isNew(message)) return message;
    return null;
  }

  private isNew({ seq, subject }: Held): boolean {
    return seq > this.delivered && matches(this.options.filter, subject);
  }

  private give(waiting: Waiting, message: Held): void {
    const { stream, name, now, ackWaitMs } = this.options;
    const out = this.out.get(message.seq) ?? { message, deliveries: 0, dueAt: 0 };
    out.deliveries += 1;
    out.dueAt = now() + ackWaitMs;
    this.out.set(message.seq, out);
    this.delivered = Math.max(this.delivered, message.seq);
    waiting.give(message, `$JS.ACK.${stream.config.name}.${name}.${out.deliveries}.${message.seq}.0.0.0`);
    this.lookLater(out);
  }

  private lookLater({ message, dueAt }: Out): void {
    this.options.after(Math.max(0, dueAt - this.options.now()), () => {
      const out = this.out.get(message.seq);
      if (out !== undefined && out.dueAt <= this.options.now()) this.serve();
    });
  }

  private forgetRemoved(): void {
    for (const seq of this.out.keys()) if (!this.options.stream.held.has(seq)) this.out.delete(seq);
  }
}
