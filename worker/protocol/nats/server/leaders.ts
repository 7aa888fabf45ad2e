import { z } from "zod";
import { pause } from "../../clock.ts";
import { isNoSuchStreamCode } from "../link/api-errors.ts";
import type { Link } from "../link/link.ts";
import { isPassing } from "../link/retry.ts";
import { NoLeader } from "../link/server-errors.ts";
import { parseJson } from "./bucket.ts";

const answerSchema = z.object({
  error: z.object({ err_code: z.int() }).optional(),
  cluster: z.object({ leader: z.string().optional() }).optional(),
});

/** Those of `streams` for which no leader answers within `limitMs`; of a stream that does not exist none is missing. */
export async function withoutLeader(
  link: Link,
  streams: readonly string[],
  limitMs: number,
): Promise<readonly string[]> {
  const led = await Promise.all(streams.map(async (stream) => await hasLeader(link, stream, limitMs)));
  return streams.filter((_, index) => !led[index]);
}

/** An election takes a moment: what has no leader is asked again after so long. */
const againMs = 500;

/**
 * Waits at most `limitMs` until each of these streams has a leader, where the server is one of a cluster; else throws
 * `NoLeader`, which names them.
 */
export async function waitForLeaders(link: Link, streams: readonly string[], limitMs: number): Promise<void> {
  if (link.nc.info?.cluster === undefined) return;
  const by = link.clock.monotonic() + limitMs;
  const left = (): number => Math.max(1, by - link.clock.monotonic());
  for (let missing = streams; ;) {
    missing = await withoutLeader(link, missing, left());
    if (missing.length === 0) return;
    if (left() <= againMs) throw new NoLeader(link.servers, missing);
    await pause(link.clock, againMs);
  }
}

async function hasLeader(link: Link, stream: string, timeout: number): Promise<boolean> {
  try {
    const { data } = await link.nc.request(`$JS.API.STREAM.INFO.${stream}`, "", { timeout });
    const answer = answerSchema.safeParse(parseJson(new TextDecoder().decode(data)));
    if (!answer.success) return true; // not for us to judge
    const { error, cluster } = answer.data;
    if (error !== undefined) return isNoSuchStreamCode(error.err_code);
    return cluster === undefined || (cluster.leader ?? "") !== "";
  } catch (error) {
    return !isPassing(error); // a refusal is said by what is asked next
  }
}
