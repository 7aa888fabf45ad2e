import { AckPolicy } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { JsonBucket } from "./bucket.ts";
import type { Link } from "./link.ts";
import { durableOf, poolKey, poolOf, poolSubjects, type Labels, type Names } from "./names.ts";
import type { Pool } from "./offer-queue.ts";

/**
 * Makes the queue of offers with these requirements, unless it is there, and writes it down for the workers. A
 * queue that is ahead of its stream (which lost its end) would stay silent, and is made anew.
 */
export async function makePool(
  link: Link,
  names: Names,
  state: JsonBucket,
  requires: Labels,
  ackWaitMs: number,
): Promise<void> {
  const pool = poolOf(requires);
  const { consumers, streams } = link.jsm;
  const config = {
    durable_name: durableOf(pool),
    filter_subject: poolSubjects(names, pool),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: 10_000,
    // Each idle worker waits with one request. One that is turned away asks for the queues anew, again and again.
    max_waiting: 10_000,
  };
  const info = await consumers.add(names.trials, config);
  const { last_seq } = (await streams.info(names.trials)).state;
  if (info.delivered.stream_seq > last_seq) {
    await consumers.delete(names.trials, config.durable_name);
    await consumers.add(names.trials, config);
  }
  await state.put(poolKey(pool), { requires: { ...requires } } satisfies Pool);
}
