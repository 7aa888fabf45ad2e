import { systemClock, type Clock } from "../../worker/protocol/clock.ts";

/** One thing to send to a page. */
export interface Message {
  /** Where the reader is after it; what it brings back as `Last-Event-ID`. */
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** What can be followed. Both throw where the database cannot be read. */
export interface Followed {
  /** Changes whenever there may be something new; cheap. */
  version(): string;
  /** What a reader at `place` has not heard; `null`: nothing. `first`: it has just come, and may have missed anything. */
  since(place: string, first: boolean): Message | null;
}

export type Listener = (message: Message) => void;

/** The shortest time between two looks: what each is worth to one page, up to four of them, and then for each. */
const shortestMs = 500;
const pageMs = 125;
/** The share of the time that looks may take. */
const share = 0.05;

/**
 * Sends any number of pages what is new: the database is read once for all of them, and only while a page listens. Where
 * asking takes long, or many pages listen, it is asked less often.
 */
export class Feed {
  private readonly followed: Followed;
  private readonly listeners = new Map<Listener, string>();
  private readonly clock: Clock;
  private stopLooking: (() => void) | null = null;
  private version = "";

  constructor(followed: Followed, clock: Clock = systemClock) {
    this.clock = clock;
    this.followed = followed;
  }

  get size(): number {
    return this.listeners.size;
  }

  /** Tells `listener` what it has not heard since `place`, then whatever comes. The result stops that. */
  listen(place: string, listener: Listener): () => void {
    this.listeners.set(listener, place);
    this.tell(listener, this.answerTo(place, true));
    this.stopLooking ??= this.later(shortestMs);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      this.stopLooking?.();
      this.stopLooking = null;
    };
  }

  private later(ms: number): () => void {
    const { clock } = this;
    return clock.after(ms, () => {
      const began = clock.monotonic();
      this.look();
      const took = clock.monotonic() - began;
      this.stopLooking =
        this.listeners.size === 0
          ? null
          : this.later(Math.max(shortestMs, pageMs * this.listeners.size, took / share));
    });
  }

  private look(): void {
    const version = this.versionNow();
    if (version === this.version) return;
    this.version = version;
    const answers = new Map<string, Message | null>();
    for (const [listener, place] of this.listeners) {
      if (!answers.has(place)) answers.set(place, this.answerTo(place, false));
      this.tell(listener, answers.get(place)!);
    }
  }

  private versionNow(): string {
    try {
      return this.followed.version();
    } catch (error) {
      return `unreadable: ${String(error)}`;
    }
  }

  private answerTo(place: string, first: boolean): Message | null {
    try {
      return this.followed.since(place, first);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { id: place, event: "trouble", data: JSON.stringify({ error: message }) };
    }
  }

  private tell(listener: Listener, message: Message | null): void {
    if (message === null) return;
    this.listeners.set(listener, message.id);
    listener(message);
  }
}
