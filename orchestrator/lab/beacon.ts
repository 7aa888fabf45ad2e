import { z } from "zod";
import { parseJson } from "../../worker/protocol/nats/server/bucket.ts";
import type { Link } from "../../worker/protocol/nats/link/link.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { Claimant } from "./shares.ts";

const beaconSchema = z.strictObject({
  study: z.string().max(80),
  priority: z.number().gt(0).max(1000),
  /** Workers it can use at most; null: all. */
  limit: z.number().min(0).nullable(),
  requires: z.record(z.string().max(80), z.string().max(200)),
});
type Beacon = z.infer<typeof beaconSchema>;

interface Heard {
  readonly beacon: Beacon;
  readonly at: number;
}

/**
 * Coordinators of one lab tell each other what they want: by broadcast every two seconds, at once to a newcomer.
 * Nothing is stored; who was silent for five times as long has ended.
 */
export class Beacons {
  private readonly link: Link;
  private readonly prefix: string;
  private readonly own: Omit<Claimant, "limit">;
  private readonly clock: Clock;
  private readonly everyMs: number;
  private readonly heard = new Map<string, Heard>();
  private readonly stopTimer: () => void;
  private limit: number | null = null;

  constructor(link: Link, prefix: string, own: Omit<Claimant, "limit">, clock: Clock, everyMs: number) {
    this.link = link;
    this.prefix = prefix;
    this.own = own;
    this.clock = clock;
    this.everyMs = everyMs;
    link.nc.subscribe(this.subject("*"), {
      callback: (error, msg) => {
        if (error === null) this.hear(parseJson(msg.string()));
      },
    });
    this.stopTimer = clock.every(everyMs, () => this.shine());
    this.shine();
  }

  /** The other studies that want workers, by key. */
  others(): readonly Claimant[] {
    const oldest = this.clock.monotonic() - 5 * this.everyMs;
    const others: Claimant[] = [];
    for (const [key, { beacon, at }] of this.heard) {
      if (at < oldest) this.heard.delete(key);
      else if (beacon.limit !== 0) others.push({ ...beacon, key });
    }
    return others;
  }

  /** How many workers this study can use from now on. */
  want(limit: number | null): void {
    this.limit = limit;
  }

  /** This study wants no more; the others hear it at once. */
  stop(): void {
    this.stopTimer();
    this.limit = 0;
    this.shine();
  }

  private hear(value: unknown): void {
    const beacon = beaconSchema.safeParse(value).data;
    if (beacon === undefined || beacon.study === this.own.key) return;
    const isNew = !this.heard.has(beacon.study);
    this.heard.set(beacon.study, { beacon, at: this.clock.monotonic() });
    if (isNew) this.shine();
  }

  private shine(): void {
    if (!this.link.isOpen) return;
    const { key, priority, requires } = this.own;
    const beacon: Beacon = { study: key, priority, limit: this.limit, requires: { ...requires } };
    this.link.nc.publish(this.subject(key), JSON.stringify(beacon));
  }

  private subject(study: string): string {
    return `${this.prefix}.study.${study}`;
  }
}
