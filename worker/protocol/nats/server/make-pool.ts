import { AckPolicy, type ConsumerConfig } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { JsonBucket } from "./bucket.ts";
import { isConsumerNotMade } from "../link/api-errors.ts";
import type { Link } from "../link/link.ts";
import type { ConsumerFacts } from "../link/wire.ts";
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
  const config = {
    durable_name: durableOf(pool),
    filter_subject: poolSubjects(names, pool),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: 10_000,
    // Each idle worker waits with one request. One that is turned away asks for the queues again and again.
    max_waiting: 10_000,
  };
  if (await isBroken(link, names, config)) {
    await link.jsm.consumers.delete(names.trials, config.durable_name);
    await made(link, names, config);
  }
  await state.put(poolKey(pool), { requires: { ...requires } } satisfies Pool);
}

type QueueConfig = Partial<ConsumerConfig> & {
  readonly durable_name: string;
  readonly filter_subject: string;
};

/** Looks in a row in which a queue seems to have forgotten offers before it counts as one that has. */
const looks = 3;

/** Makes the queue, unless it is there. Is it ahead of its stream, or has it forgotten offers? */
async function isBroken(link: Link, names: Names, config: QueueConfig): Promise<boolean> {
  for (let look = 0; look < looks; look++) {
    const before = await queued(link, names, config.filter_subject);
    const info = await made(link, names, config);
    const after = await queued(link, names, config.filter_subject);
    if (info.delivered.stream_seq > after.last) return true;
    // Offers come and go meanwhile: of what was there before and after, all must be known, if not at each look.
    const known = info.num_pending + info.num_ack_pending;
    if (known >= Math.min(before.offers, after.offers)) return false;
  }
  return true;
}

/**
 * Servers from 2.12 on may keep a queue whose folder is gone, where two coordinators make it again in one moment. It gives
 * out offers until the server ends, and takes no settings: it is removed, and made again.
 */
async function made(link: Link, names: Names, config: QueueConfig): Promise<ConsumerFacts> {
  const { consumers } = link.jsm;
  try {
    return await consumers.add(names.trials, config);
  } catch (error) {
    if (!isConsumerNotMade(error)) throw error;
    await consumers.delete(names.trials, config.durable_name).catch(() => {}); // another coordinator has, maybe
    return await consumers.add(names.trials, config);
  }
}

/** The offers on these subjects, and the stream's newest place. */
async function queued(link: Link, names: Names, subjects: string): Promise<{ offers: number; last: number }> {
  const { state } = await link.jsm.streams.info(names.trials, { subjects_filter: subjects });
  const offers = Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  return { offers, last: state.last_seq };
}
