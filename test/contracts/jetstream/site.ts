import {
  AckPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { afterEach, beforeEach } from "vitest";
import type { Clock } from "../../../worker/protocol/clock.ts";
import { pullOne, type PullResult } from "../../../worker/protocol/nats/link/pull.ts";
import type { Wire } from "../../../worker/protocol/nats/link/wire.ts";

/** A server of one test. */
export interface Site {
  readonly clock: Clock;
  /** Whose ways it has: "2.9.10". */
  readonly version: string;
  connect(): Promise<Wire>;
  /** It dies and comes back with what it stored; resolves when it takes connections. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const ackWaitMs = 400;
const never = new AbortController().signal;

export const queue = {
  durable_name: "q",
  filter_subject: "s.>",
  ack_policy: AckPolicy.Explicit,
  ack_wait: nanos(ackWaitMs),
};

/** A server with one connection and what tests ask of it. */
export class SiteInUse {
  readonly site: Site;
  readonly wire: Wire;

  constructor(site: Site, wire: Wire) {
    this.site = site;
    this.wire = wire;
  }

  /** Stream S, unless it is named otherwise. */
  async add(config: Partial<StreamConfig> = {}): Promise<void> {
    const common = { name: "S", subjects: ["s.>"], storage: StorageType.File, discard: DiscardPolicy.New };
    await this.wire.jsm.streams.add({ ...common, ...config });
  }

  /** Bucket B. */
  async addBucket(): Promise<void> {
    const subjects = { name: "KV_B", subjects: ["$KV.B.>"], max_msgs_per_subject: 1, allow_direct: true };
    await this.add({ ...subjects, allow_rollup_hdrs: true });
  }

  /** Stream S as a queue with consumer q. */
  async addQueue(): Promise<void> {
    await this.add({
      retention: RetentionPolicy.Workqueue,
      max_msgs_per_subject: 1,
      discard_new_per_subject: true,
    });
    await this.wire.jsm.consumers.add("S", queue);
  }

  async pull(waitMs: number | null, from = this.wire, durable = "q", requestMs = 2_000): Promise<PullResult> {
    return await pullOne({
      nc: from.nc,
      clock: this.site.clock,
      stream: "S",
      durable,
      waitMs,
      requestMs,
      inboxPrefix: undefined,
      signal: never,
    });
  }

  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => void this.site.clock.after(ms, resolve));
  }

  /** Messages in stream S. */
  async left(): Promise<number> {
    return (await this.wire.jsm.streams.info("S")).state.messages;
  }
}

/** A server for every test of the `describe` that calls it. */
export function useSite(open: () => Promise<Site>): () => SiteInUse {
  let current: SiteInUse;
  beforeEach(async () => {
    const site = await open();
    current = new SiteInUse(site, await site.connect());
  });
  afterEach(async () => await current.site.close());
  return () => current;
}

export async function refusalOf(task: Promise<unknown>): Promise<unknown> {
  return await task.then(
    () => null,
    (error: unknown) => error,
  );
}

export function textOf(result: PullResult): string {
  return result.kind === "message" ? result.message.text : result.kind;
}
