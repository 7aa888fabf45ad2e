import { AckPolicy } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { JsonBucket } from "./bucket.ts";
import type { Link } from "../link/link.ts";
import { durableOf, poolKey, poolOf, poolSubjects, type Labels, type Names } from "./names.ts";
import type { Pool } from "./offer-queue.ts";

/**
 * Makes the queue of offers with these requirements, unless it is there, and writes it down for the workers. A
 * queue that is ahead of its stream (which lost its end), or has forgotten offers (a purge of some of them does that
 * to nats-server 2.9), would stay silent, and is made again.
 */
export async function makePool(
  link: Link,
  names: Names,
  state: JsonBucket,
  requires: Labels,
  ackWaitMs: number,
): Promise<void> {
  const pool = poolOf(requires);
  const { consumers } = link.jsm;
  const config = {
    durable_name: durableOf(pool),
    filter_subject: poolSubjects(names, pool),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: 10_000,
    // Each idle worker waits with one request. One that is turned away asks for the queues again and again.
    max_waiting: 10_000,
  };
  const before = await queued(link, names, config.filter_subject);
  const info = await consumers.add(names.trials, config);
  const after = await queued(link, names, config.filter_subject);
  const known = info.num_pending + info.num_ack_pending;
  // Offers come and go meanwhile: of what was there before and after, all must be known.
  if (info.delivered.stream_seq > after.last || known < Math.min(before.offers, after.offers)) {
    await consumers.delete(names.trials, config.durable_name);
    await consumers.add(names.trials, config);
  }
  await state.put(poolKey(pool), { requires: { ...requires } } satisfies Pool);
}

/** The offers on these subjects, and the stream's newest place. */
async function queued(link: Link, names: Names, subjects: string): Promise<{ offers: number; last: number }> {
  const { state } = await link.jsm.streams.info(names.trials, { subjects_filter: subjects });
  const offers = Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  return { offers, last: state.last_seq };
}
