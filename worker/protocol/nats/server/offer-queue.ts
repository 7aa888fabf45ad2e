import { z } from "zod";
import { pause } from "../../clock.ts";
import type { JsonBucket } from "./bucket.ts";
import { joinSignals } from "../link/join-signals.ts";
import type { Link } from "../link/link.ts";
import { bucketStream, durableOf, keySubject, poolKey, satisfies, type Labels, type Names } from "./names.ts";
import { pullOne, type Pulled, type PullResult } from "../link/pull.ts";
import { isPassing } from "../link/retry.ts";
import type { Timings } from "../link/timings.ts";

const poolSchema = z.object({ requires: z.record(z.string(), z.string()) });
export type Pool = z.infer<typeof poolSchema>;

/**
 * The offers this worker may take. Sweeps that require labels have a queue ("pool") of their own, written down
 * in the state bucket; a worker asks the pools whose requirements its labels satisfy, in turn.
 */
export class OfferQueue {
  private readonly link: Link;
  private readonly names: Names;
  private readonly timings: Timings;
  private readonly state: JsonBucket;
  private readonly labels: Labels;
  private pools: readonly string[] = [];
  private known = false;
  private turn = 0;

  constructor(link: Link, names: Names, timings: Timings, state: JsonBucket, labels: Labels) {
    this.link = link;
    this.names = names;
    this.timings = timings;
    this.state = state;
    this.labels = labels;
    link.nc.subscribe(keySubject(names.state, "pool.>"), {
      callback: () => {
        this.known = false;
      },
    });
  }

  /** The set of pools may have changed. */
  forget(): void {
    this.known = false;
  }

  /** The next offer, or `null` when there was none for a while (or the signal fired): ask again. */
  async next(signal: AbortSignal): Promise<Pulled | null> {
    await this.link.untilOpen(signal);
    if (!this.known) await this.readPools();
    // A worker that has one pool waits there at once: what is there is the answer to that, too.
    const there = this.pools.length > 1 ? await this.firstOf(this.pools, null, signal) : null;
    if (there !== null) return there;
    const waiting = this.pools[this.turn++ % Math.max(this.pools.length, 1)];
    if (waiting === undefined) {
      await pause(this.link.clock, this.timings.retryMs, signal);
      this.known = false;
      return null;
    }
    // With several pools none may keep the others waiting for long.
    return await this.firstOf(
      [waiting],
      this.pools.length > 1 ? this.timings.retryMs : this.timings.pullMs,
      signal,
    );
  }

  private async firstOf(
    pools: readonly string[],
    waitMs: number | null,
    signal: AbortSignal,
  ): Promise<Pulled | null> {
    for (const pool of pools) {
      const result = await this.pull(pool, waitMs, signal);
      if (result.kind === "message") return result.message;
      if (result.kind === "missing") await this.lost(signal);
    }
    return null;
  }

  private async pull(pool: string, waitMs: number | null, signal: AbortSignal): Promise<PullResult> {
    const connection = new AbortController();
    const stopWatching = this.link.onState(() => connection.abort());
    const either = joinSignals([signal, connection.signal]);
    try {
      return await pullOne({
        nc: this.link.nc,
        clock: this.link.clock,
        stream: this.names.trials,
        durable: durableOf(pool),
        waitMs,
        requestMs: this.timings.requestMs,
        inboxPrefix: this.link.inboxPrefix,
        signal: either.signal,
      });
    } finally {
      either.release();
      stopWatching();
    }
  }

  /** A queue that is not there (yet): the coordinator makes it. */
  private async lost(signal: AbortSignal): Promise<void> {
    this.known = false;
    await pause(this.link.clock, this.timings.retryMs, signal);
  }

  private async readPools(): Promise<void> {
    const names = await this.poolNames();
    const usable: string[] = [];
    for (const name of names) {
      const entry = await this.state.get(poolKey(name));
      const pool = poolSchema.safeParse(entry?.value).data;
      if (pool !== undefined && satisfies(this.labels, pool.requires)) usable.push(name);
    }
    this.pools = usable;
    this.known = true;
  }

  private async poolNames(): Promise<string[]> {
    const filter = keySubject(this.names.state, "pool.>");
    try {
      const info = await this.link.jsm.streams.info(bucketStream(this.names.state), {
        subjects_filter: filter,
      });
      return Object.keys(info.state.subjects ?? {}).map((subject) => subject.slice(filter.length - 1));
    } catch (error) {
      if (isPassing(error) || (error instanceof Error && error.message === "stream not found")) return [];
      throw error;
    }
  }
}
