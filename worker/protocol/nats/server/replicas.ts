import { z } from "zod";
import { clusterSize } from "../link/cluster.ts";
import type { Link } from "../link/link.ts";
import type { StreamFacts } from "../link/wire.ts";
import { parseJson } from "./bucket.ts";

/** Copies of each stream in a cluster of servers. */
export interface Replicas {
  readonly count: number;
  /** A person said so; else fewer will do where there is no place. */
  readonly asked: boolean;
}

/** As asked, else three where the server is one of three or more, else one. */
export function replicasOn(link: Link, asked: number | undefined): Replicas {
  if (asked !== undefined) return { count: asked, asked: true };
  return { count: clusterSize(link) >= 3 ? 3 : 1, asked: false };
}

/**
 * Gives streams that were made with fewer copies as many as are wanted now, such as those of a server that became one of
 * three. Where the cluster has no place for them they stay as they are.
 */
export async function raiseReplicas(
  link: Link,
  streams: ReadonlyMap<string, StreamFacts>,
  { count }: Replicas,
): Promise<void> {
  for (const [name, { config }] of streams) {
    if (config.num_replicas >= count) continue;
    const wanted = JSON.stringify({ ...config, num_replicas: count });
    const { data } = await link.nc.request(`$JS.API.STREAM.UPDATE.${name}`, wanted, { timeout: raiseMs });
    const answer = answerSchema.safeParse(parseJson(new TextDecoder().decode(data)));
    if (answer.data?.error !== undefined) return;
  }
}

const raiseMs = 5_000;
const answerSchema = z.object({ error: z.object({ description: z.string() }).optional() });
