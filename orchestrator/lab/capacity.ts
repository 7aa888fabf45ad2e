import type { WorkerInfo } from "../../worker/protocol/messages.ts";
import type { Link } from "../../worker/protocol/nats/link/link.ts";
import type { Names } from "../../worker/protocol/nats/server/names.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { LabTerms } from "../config/lab.ts";
import type { Capacity, Demand } from "../coordinator/capacity.ts";
import { Beacons } from "./beacon.ts";
import { FairShare } from "./fair-share.ts";

/** Beacons come this much more often than heartbeats. */
const beaconsPerHeartbeat = 5;

/** A worker that missed this many is gone. */
const heartbeatsOfLife = 3;

/** A study's part of the lab's workers, agreed on with the other coordinators. */
export class LabCapacity implements Capacity {
  private readonly beacons: Beacons;
  private readonly share: FairShare;
  private readonly clock: Clock;
  private readonly heartbeatMs: number;
  /** When workers that may not serve the study were heard last. */
  private readonly unfit = new Map<string, number>();

  constructor(
    link: Link,
    names: Names,
    heartbeatMs: number,
    terms: LabTerms | undefined,
    study: string,
    clock: Clock,
  ) {
    const everyMs = heartbeatMs / beaconsPerHeartbeat;
    const own = { key: study, priority: terms?.priority ?? 1, requires: terms?.requires ?? {} };
    const beacons = new Beacons(link, names.prefix, own, clock, everyMs);
    this.beacons = beacons;
    this.clock = clock;
    this.heartbeatMs = heartbeatMs;
    this.share = new FairShare({
      ...own,
      maxWorkers: terms?.max_workers ?? null,
      others: () => beacons.others(),
      onWanted: (limit) => beacons.want(limit),
      clock,
      listenMs: Math.min(300, everyMs),
      idleMs: everyMs,
    });
  }

  serves(worker: WorkerInfo): boolean {
    const fits = this.share.serves(worker);
    if (fits) this.unfit.delete(worker.id);
    else this.unfit.set(worker.id, this.clock.monotonic());
    return fits;
  }

  slots(demand: Demand): number {
    return this.share.slots(demand);
  }

  /** Workers of the lab that lack what the study requires. */
  unfitWorkers(): number {
    const oldest = this.clock.monotonic() - heartbeatsOfLife * this.heartbeatMs;
    for (const [worker, at] of this.unfit) if (at < oldest) this.unfit.delete(worker);
    return this.unfit.size;
  }

  /** The other studies hear that this one wants no more. */
  stop(): void {
    this.beacons.stop();
  }
}
