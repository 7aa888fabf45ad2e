import { Gauge, type Registry } from "prom-client";
import type { WorkerChange } from "../../worker/protocol/bus.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { WorkerInfo } from "../../worker/protocol/messages.ts";

interface Heard {
  readonly info: WorkerInfo;
  /** By the monotonic clock. */
  readonly at: number;
}

/** A worker that was silent this long has no slot. */
const silentMs = 60_000;
/** The age of a host's heartbeat is shown this long, so that an alert has time to see it grow. */
const forgottenMs = 900_000;

/** Workers as a coordinator hears them: slots, and the age of each host's newest heartbeat. */
export class CrewMetrics {
  private readonly clock: Clock;
  private readonly isOwn: (study: string) => boolean;
  private readonly heard = new Map<string, Heard>();

  /** `isOwn`: is this the key of the study that is watched? */
  constructor(registry: Registry, clock: Clock, isOwn: (study: string) => boolean) {
    this.clock = clock;
    this.isOwn = isOwn;
    const registers = [registry];
    const slots: Gauge<"state"> = new Gauge({
      name: "seqtune_slots",
      help: "Worker slots heard within the last minute, by what they do: train for this study or another, or wait.",
      labelNames: ["state"],
      registers,
      collect: () => this.showSlots(slots),
    });
    const ages: Gauge<"host"> = new Gauge({
      name: "seqtune_heartbeat_age_seconds",
      help: "Time since the newest heartbeat of any worker of a host; after a goodbye the host is left out.",
      labelNames: ["host"],
      registers,
      collect: () => this.showAges(ages),
    });
  }

  worker(change: WorkerChange): void {
    if (change.kind === "gone") this.heard.delete(change.worker);
    else this.heard.set(change.worker.id, { info: change.worker, at: this.clock.monotonic() });
  }

  private showSlots(gauge: Gauge<"state">): void {
    const now = this.clock.monotonic();
    const counts = { this_study: 0, other_study: 0, free: 0 };
    for (const { info, at } of this.heard.values()) {
      if (now - at > silentMs) continue;
      if (info.running === undefined) counts.free += 1;
      else counts[this.isOwn(info.running.study) ? "this_study" : "other_study"] += 1;
    }
    for (const [state, count] of Object.entries(counts)) gauge.set({ state }, count);
  }

  private showAges(gauge: Gauge<"host">): void {
    const now = this.clock.monotonic();
    const newest = new Map<string, number>();
    for (const [id, { info, at }] of this.heard) {
      if (now - at > forgottenMs) this.heard.delete(id);
      else newest.set(info.host, Math.max(newest.get(info.host) ?? 0, at));
    }
    gauge.reset();
    for (const [host, at] of newest) gauge.set({ host }, (now - at) / 1000);
  }
}
