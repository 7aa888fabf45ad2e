import type { WorkerInfo } from "../../worker/protocol/messages.ts";
import type { Link } from "../../worker/protocol/nats/link.ts";
import type { Names } from "../../worker/protocol/nats/names.ts";
import type { Clock } from "../clock.ts";
import type { LabTerms } from "../config/lab.ts";
import type { Capacity, Demand } from "../coordinator/capacity.ts";
import { Beacons } from "./beacon.ts";
import { FairShare } from "./fair-share.ts";

/** Beacons come this much more often than heartbeats. */
const beaconsPerHeartbeat = 5;

/** A study's part of the lab's workers, agreed on with the other coordinators. */
export class LabCapacity implements Capacity {
  private readonly beacons: Beacons;
  private readonly share: FairShare;

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
    return this.share.serves(worker);
  }

  slots(demand: Demand): number {
    return this.share.slots(demand);
  }

  /** The other studies hear that this one wants no more. */
  stop(): void {
    this.beacons.stop();
  }
}
