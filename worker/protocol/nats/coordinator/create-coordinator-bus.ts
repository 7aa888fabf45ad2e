import { openBuckets } from "../server/buckets.ts";
import { explainOn } from "../link/cluster.ts";
import { connectPatiently } from "../link/connect-patiently.ts";
import { Link } from "../link/link.ts";
import { defaultTimings } from "../link/timings.ts";
import { namesFor } from "../server/names.ts";
import { raiseReplicas, replicasOn } from "../server/replicas.ts";
import { ensureStreams } from "../server/streams.ts";
import { NatsCoordinatorBus } from "./coordinator-bus.ts";
import type { CoordinatorBusOptions } from "./coordinator-options.ts";

/** Connects a coordinator and makes what it needs on the server. Throws what is wrong, with the next step. */
export async function createCoordinatorBus(options: CoordinatorBusOptions): Promise<NatsCoordinatorBus> {
  const timings = { ...defaultTimings, ...options.timings };
  const names = namesFor(options.prefix);
  const named = { ...options, name: `seqtune coordinator ${options.study}` };
  const link = await (options.signal === undefined
    ? Link.connect(named, timings)
    : connectPatiently(named, timings));
  try {
    const replicas = replicasOn(link, options.replicas);
    const streams = await ensureStreams(link, names, replicas);
    await raiseReplicas(link, streams, replicas).catch(() => {}); // the next coordinator tries again
    const access = { link, names, timings, buckets: await openBuckets(link, names) };
    return new NatsCoordinatorBus(options, access, streams);
  } catch (error) {
    const problem = explainOn(link, error);
    await link.close();
    throw problem;
  }
}
