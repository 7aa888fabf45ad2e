import { hearsBuckets } from "../link/cluster.ts";
import { explain } from "../link/explain.ts";
import type { Link } from "../link/link.ts";
import type { Names } from "../server/names.ts";
import { persist } from "../link/retry.ts";
import { findStream } from "../server/streams.ts";
import type { Timings } from "../link/timings.ts";
import type { WorkerParts } from "./worker-parts.ts";

/** What a worker does again because the server, or a neighbour, may have lost it. */
export class WorkerRecovery {
  private readonly link: Link;
  private readonly names: Names;
  private readonly timings: Timings;
  private readonly parts: WorkerParts;
  private readonly onProblem: (problem: Error) => void;
  private readonly ending: AbortSignal;
  private readonly stops: readonly (() => void)[];
  private blobsMade: string | null = null;

  /** Takes over what earlier processes left, and from then on looks around every `checkMs`. */
  constructor(
    link: Link,
    names: Names,
    timings: Timings,
    parts: WorkerParts,
    onProblem: (problem: Error) => void,
    ending: AbortSignal,
  ) {
    this.link = link;
    this.names = names;
    this.timings = timings;
    this.parts = parts;
    this.onProblem = onProblem;
    this.ending = ending;
    for (const spool of parts.spools.leftovers()) parts.sender.add(spool);
    this.stops = [
      link.clock.every(timings.checkMs, () => void this.lookAround()),
      link.clock.every(timings.heartbeatMs / 2, () => {
        if (!hearsBuckets(link)) this.readWhatIsNotHeard();
      }),
    ];
    void this.lookAround();
  }

  /** The connection was away, or the coordinator asks: the server may have lost anything. */
  async everything(): Promise<void> {
    const { heartbeat, queue, orders, sender, holdings } = this.parts;
    heartbeat.beat();
    queue.forget();
    orders.refresh();
    sender.recover();
    await this.quietly(() => holdings.reclaim());
    await this.lookAround();
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  private readWhatIsNotHeard(): void {
    const { orders, sender, queue } = this.parts;
    orders.refresh();
    sender.readWatermarks();
    queue.forget();
  }

  private async lookAround(): Promise<void> {
    const { spools, orders, sender } = this.parts;
    spools.touch();
    orders.refresh();
    await this.quietly(async () => {
      for (const spool of spools.adopt()) sender.add(spool);
    });
    await this.quietly(() => this.restoreFiles());
  }

  /** Files this worker stored are stored again when the server's store of files is a new one. */
  private async restoreFiles(): Promise<void> {
    const { link, names, timings } = this;
    const made = (await persist(link, timings, () => findStream(link, names.blobs), this.ending))?.created;
    if (made === undefined) return;
    const before = this.blobsMade;
    this.blobsMade = made;
    if (before !== null && before !== made) await this.parts.files.restore();
  }

  /** What fails here is tried again at the next look around. */
  private async quietly(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (this.link.state.kind !== "closed") this.onProblem(explain(error, this.link.servers));
    }
  }
}
