import type { Link } from "../link/link.ts";
import type { Timings } from "../link/timings.ts";
import type { Reading } from "../link/wire.ts";

/** Notices that a session of reading has fallen silent, and ends it where its consumer is gone or stuck. */
export class ReaderPatience {
  private readonly link: Link;
  private readonly timings: Timings;
  private readonly onSilence: () => void;
  /** When the newest message came. */
  private heardAt = 0;
  /** A silent consumer is asked this often whether it is there. */
  private patienceMs: number;

  /** `onSilence`: nothing has come for the time of a request. */
  constructor(link: Link, timings: Timings, onSilence: () => void) {
    this.link = link;
    this.timings = timings;
    this.onSilence = onSilence;
    this.patienceMs = timings.requestMs;
  }

  /** A message came. */
  heard(): void {
    this.heardAt = this.link.clock.monotonic();
    this.patienceMs = this.timings.requestMs;
  }

  /**
   * Watches a session until the function it returns is called. After a torn file server 2.9 may count messages as pending that
   * it can never deliver: where nothing comes for the time of a request, there is nothing more to catch up with.
   */
  watch(consumer: Reading, session: AbortController): () => void {
    const { requestMs } = this.timings;
    const { clock } = this.link;
    this.heardAt = clock.monotonic();
    let lookedAt = this.heardAt;
    return clock.every(requestMs / 4, () => {
      const now = clock.monotonic();
      if (now - this.heardAt <= requestMs) return;
      this.onSilence();
      if (now - lookedAt < this.patienceMs) return;
      lookedAt = now;
      void this.lookAfter(consumer, session);
    });
  }

  /**
   * In a cluster the consumer dies with the one server that has it, while this connection to another stays open and
   * nothing says so. Where it is gone, or holds back what it has, reading begins again with a new one; each time more
   * patiently, for what a torn file counts as pending never comes.
   */
  private async lookAfter(consumer: Reading, session: AbortController): Promise<void> {
    const heardAt = this.heardAt;
    const isWell = await this.link
      .ask(() => consumer.info())
      .then(
        ({ num_pending }) => num_pending === 0,
        () => false,
      );
    if (isWell || this.heardAt !== heardAt || !this.link.isOpen) return;
    this.patienceMs = Math.min(this.patienceMs * 2, 12 * this.timings.requestMs);
    session.abort();
  }
}
