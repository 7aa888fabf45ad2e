import type { WorkerInfo } from "../../worker/protocol/messages.ts";
import { Link } from "../../worker/protocol/nats/link.ts";
import { namesFor } from "../../worker/protocol/nats/names.ts";
import { defaultTimings } from "../../worker/protocol/nats/timings.ts";
import type { Clock } from "../clock.ts";
import type { LabTerms } from "../config/lab.ts";
import type { Capacity, Demand } from "../coordinator/capacity.ts";
import { Beacons } from "./beacon.ts";
import type { LabConnection } from "./connection.ts";
import { FairShare } from "./fair-share.ts";

/** Beacons come this much more often than heartbeats. */
const beaconsPerHeartbeat = 5;

/** A study's part of the lab's workers, agreed on with the other coordinators over a connection of its own. */
export class LabCapacity implements Capacity {
  private readonly link: Link;
  private readonly beacons: Beacons;
  private readonly share: FairShare;

  private constructor(link: Link, beacons: Beacons, share: FairShare) {
    this.link = link;
    this.beacons = beacons;
    this.share = share;
  }

  static async connect(
    lab: LabConnection,
    terms: LabTerms | undefined,
    study: string,
    clock: Clock,
  ): Promise<LabCapacity> {
    const timings = { ...defaultTimings, ...lab.timings };
    const link = await Link.connect({ ...lab, name: `seqtune sharing ${study}` }, timings);
    const everyMs = timings.heartbeatMs / beaconsPerHeartbeat;
    const own = { key: study, priority: terms?.priority ?? 1, requires: terms?.requires ?? {} };
    const beacons = new Beacons(link, namesFor(lab.prefix).prefix, own, clock, everyMs);
    const share = new FairShare({
      ...own,
      maxWorkers: terms?.max_workers ?? null,
      others: () => beacons.others(),
      onWanted: (limit) => beacons.want(limit),
      clock,
      listenMs: Math.min(300, everyMs),
      idleMs: everyMs,
    });
    return new LabCapacity(link, beacons, share);
  }

  serves(worker: WorkerInfo): boolean {
    return this.share.serves(worker);
  }

  slots(demand: Demand): number {
    return this.share.slots(demand);
  }

  async close(): Promise<void> {
    this.beacons.stop();
    await this.link.close();
  }
}
