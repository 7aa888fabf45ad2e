import type { WorkerInfo } from "../../worker/protocol/messages.ts";
import { satisfies, type Labels } from "../../worker/protocol/nats/server/names.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { Capacity, Demand, KnownWorker } from "../coordinator/capacity.ts";
import { fairShares, type Claimant } from "./shares.ts";

export interface FairShareOptions {
  readonly key: string;
  readonly priority: number;
  readonly maxWorkers: number | null;
  readonly requires: Labels;
  /** The other studies that want workers now. */
  readonly others: () => readonly Claimant[];
  /** Called with how many workers this study can use. */
  readonly onWanted: (limit: number | null) => void;
  readonly clock: Clock;
  /** Nothing starts before: time to hear who else is there, milliseconds. */
  readonly listenMs: number;
  /** A worker that idles for longer may serve any study. */
  readonly idleMs: number;
}

/** What a study got too much or too little is remembered up to this many worker-seconds. */
const longestMemory = 3600;
/** Shares closer to a whole number than this are that number. */
const exact = 1e-3;
const shareMs = 100;

/**
 * How several studies share the workers of a lab. Each coordinator follows the same rule, and none is in charge:
 *
 * - Alone, a study has one open trial for each worker that is not busy for others, and one more, so that a worker
 *   that gets free finds its next trial waiting.
 * - With others, it has as many as its fair share (`fairShares`). The fraction of a share is given out over time:
 *   a study that so far had less than its share rounds up, one that had more rounds down.
 * - Workers that idle although every study has its share may serve any of them.
 * - Never more than `max_workers`. A trial that runs is not taken away: a newcomer gets workers as trials end.
 */
export class FairShare implements Capacity {
  private readonly options: FairShareOptions;
  private readonly startedAt: number;
  private lastLook: number;
  /** Worker-seconds this study should have had more. */
  private owed = 0;
  private lastShare = 0;
  private sharedAt = Number.NEGATIVE_INFINITY;

  constructor(options: FairShareOptions) {
    this.options = options;
    this.startedAt = options.clock.monotonic();
    this.lastLook = this.startedAt;
  }

  serves(worker: WorkerInfo): boolean {
    return satisfies(worker.labels, this.options.requires);
  }

  slots({ workers, running, open, wanted }: Demand): number {
    const { key, priority, maxWorkers, requires, others, onWanted, clock, listenMs } = this.options;
    const limit = lesser(maxWorkers, wanted);
    onWanted(limit);
    const seconds = this.elapsed();
    if (workers.length === 0 || clock.monotonic() - this.startedAt < listenMs) return 0;
    const rivals = others();
    const most = maxWorkers ?? Number.POSITIVE_INFINITY;
    if (rivals.length === 0) {
      this.owed = 0;
      const free = workers.filter(({ info }) => info.running === undefined || info.running.study === key);
      return Math.min(free.length + 1, most);
    }
    const share = this.share(workers, [{ key, priority, limit, requires }, ...rivals]);
    this.owed = clamp(this.owed + (share - running) * seconds, longestMemory);
    const whole = Math.floor(share + exact);
    const rounded = share - whole > exact && this.owed > 0 ? whole + 1 : whole;
    const idle = this.idle(workers);
    return Math.min(Math.max(rounded, idle === 0 ? 0 : Math.max(running + idle, open)), most);
  }

  /** Computed again at most ten times per second; with a thousand workers it takes a while. */
  private share(workers: readonly KnownWorker[], claimants: readonly Claimant[]): number {
    const now = this.options.clock.monotonic();
    if (now - this.sharedAt >= shareMs) {
      const labels = workers.map(({ info }) => info.labels);
      this.lastShare = fairShares(labels, claimants).get(this.options.key) ?? 0;
      this.sharedAt = now;
    }
    return this.lastShare;
  }

  private idle(workers: readonly KnownWorker[]): number {
    return workers.filter(({ idleMs }) => idleMs > this.options.idleMs).length;
  }

  private elapsed(): number {
    const now = this.options.clock.monotonic();
    const seconds = (now - this.lastLook) / 1000;
    this.lastLook = now;
    return seconds;
  }
}

function lesser(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
