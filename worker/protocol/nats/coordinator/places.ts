import type { Link } from "../link/link.ts";

/** Places that one request clears at most, for the server does nothing else meanwhile. */
const atOnce = 5_000;

/** How far a stream was at moments of the past, by the clock of this process; so that what is old there can be removed. */
export class Places {
  private readonly link: Link;
  private readonly stream: string;
  private readonly longestMs: number;
  private made = "";
  /** The first place that may hold something. */
  private first = 0;
  private cleared = 0;
  private looks: { readonly at: number; readonly last: number }[] = [];

  /** Remembers for `longestMs`, while it looks on. */
  constructor(link: Link, stream: string, longestMs: number) {
    this.link = link;
    this.stream = stream;
    this.longestMs = longestMs;
  }

  async look(): Promise<void> {
    const { created, state } = await this.link.jsm.streams.info(this.stream);
    const at = this.link.clock.monotonic();
    // Another stream, or one whose server lost the end of it.
    if (created !== this.made || state.last_seq < (this.looks.at(-1)?.last ?? 0)) this.forget();
    this.made = created;
    this.first = state.first_seq;
    this.looks.push({ at, last: state.last_seq });
    const oldest = this.looks.findLastIndex((look) => look.at <= at - this.longestMs);
    if (oldest > 0) this.looks.splice(0, oldest);
  }

  /** Nothing is old from here on. */
  forget(): void {
    this.looks = [];
    this.cleared = 0;
  }

  /** The newest place that was taken `ageMs` ago; 0: that is not known. */
  before(ageMs: number): number {
    const moment = this.link.clock.monotonic() - ageMs;
    return this.looks.findLast(({ at }) => at <= moment)?.last ?? 0;
  }

  /** Removes what these subjects hold that is older than `ageMs`. */
  async clear(filter: string, ageMs: number): Promise<void> {
    const last = this.before(ageMs);
    let place = Math.max(this.cleared, this.first - 1);
    while (place < last) {
      place = Math.min(place + atOnce, last);
      await this.link.jsm.streams.purge(this.stream, { filter, seq: place + 1 });
      this.cleared = place;
    }
  }
}
