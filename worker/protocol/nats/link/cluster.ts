import { explain } from "./explain.ts";
import type { Link } from "./link.ts";
import { isPassing } from "./retry.ts";
import { NoLeader } from "./server-errors.ts";

/** Servers that this one and its cluster make known to clients; 1: it stands alone, or they are hidden. */
export function clusterSize({ nc }: Link): number {
  if (nc.info?.cluster === undefined) return 1;
  return Math.max(1, new Set(nc.info.connect_urls ?? []).size);
}

/** Words for an error on this connection: of a cluster that does not answer, most servers are away. */
export function explainOn(link: Link, error: unknown): Error {
  if (link.isOpen && link.nc.info?.cluster !== undefined && isPassing(error))
    return new NoLeader(link.servers, [], error);
  return explain(error, link.servers);
}

/**
 * Does this connection hear what is written to a bucket? A leaf node without JetStream passes on nothing below `$KV.` that is
 * written at the lab's server (nats-server keeps the buckets of two JetStream domains apart); there it is read instead.
 */
export function hearsBuckets({ nc }: Link): boolean {
  return nc.info?.jetstream === true;
}
