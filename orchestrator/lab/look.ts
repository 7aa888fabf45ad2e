import { errors } from "@nats-io/transport-node";
import { systemClock } from "../../worker/protocol/clock.ts";
import { waitForLeaders } from "../../worker/protocol/nats/server/leaders.ts";
import { bucketStream, namesFor, type Names } from "../../worker/protocol/nats/server/names.ts";
import { LimitsReached } from "../../worker/protocol/nats/link/errors.ts";
import { explainOn } from "../../worker/protocol/nats/link/cluster.ts";
import { connectPatiently } from "../../worker/protocol/nats/link/connect-patiently.ts";
import { inTime } from "../../worker/protocol/nats/link/in-time.ts";
import { Link, type LinkState } from "../../worker/protocol/nats/link/link.ts";
import { AnswersStopped } from "../../worker/protocol/nats/link/server-errors.ts";
import { replicasOn } from "../../worker/protocol/nats/server/replicas.ts";
import { ensureStreams } from "../../worker/protocol/nats/server/streams.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { WaitEnded } from "../errors.ts";
import type { LabConnection } from "./connection.ts";
import { waitingWords } from "./session.ts";

export interface Waiting {
  readonly signal: AbortSignal;
  readonly notice: (message: string) => void;
}

/**
 * Waits for a lab whose server does not answer yet. Throws `NatsBusError` when studies cannot be run there (address,
 * credentials, rights, version, room), `WaitEnded` at the signal.
 */
export async function checkLab(lab: LabConnection, { signal, notice }: Waiting): Promise<void> {
  const onState = (state: LinkState): void => {
    if (state.kind === "connecting") notice(waitingWords(state.problem));
  };
  const timings = { ...defaultTimings, ...lab.timings };
  const connecting = connectPatiently({ ...lab, name: "seqtune onlooker", onState, signal }, timings);
  const link = await connecting.catch((error: unknown) => {
    throw signal.aborted ? new WaitEnded(lab.servers) : error;
  });
  await lookThrough(link, lab, async (_, names) => {
    await ensureStreams(link, names, replicasOn(link, lab.replicas));
  });
}

/** Someone who looks hears within this time that servers are away, or that the lab has no leader. */
const lookMs = 8_000;

/** What is read then has come within this time, or the look ends. */
const readMs = 60_000;

/** Connects to a lab, reads something within `readMs`, and leaves. Throws `NatsBusError` in words. */
export async function lookAtLab<T>(
  lab: LabConnection,
  read: (link: Link, names: Names) => Promise<T>,
  buckets: readonly Looked[] = ["state"],
): Promise<T> {
  const clock = lab.clock ?? systemClock;
  return await lookThrough(await connectToLook(lab, buckets), lab, async (link, names) => {
    try {
      return await inTime(clock, readMs, read(link, names));
    } catch (error) {
      // A cluster that falls silent has lost its leader, which is said elsewhere.
      if (!(error instanceof errors.TimeoutError) || link.nc.info?.cluster !== undefined) throw error;
      throw new AnswersStopped(link.servers, readMs, error);
    }
  });
}

/** What is looked at: leaderboards, locks and queues are in `state`, heartbeats in `workers`. */
type Looked = "state" | "workers";

/**
 * A connection to a lab whose buckets can be read; all that can be wrong with it is said within `lookMs`, however many
 * addresses, requests and elections that takes.
 */
export async function connectToLook(lab: LabConnection, buckets: readonly Looked[]): Promise<Link> {
  const timings = { ...defaultTimings, ...lab.timings };
  const clock = lab.clock ?? systemClock;
  const begun = clock.monotonic();
  const link = await Link.connect({ ...lab, name: "seqtune onlooker" }, timings, lookMs * connectShare);
  const names = namesFor(lab.prefix);
  const streams = buckets.map((bucket) => bucketStream(names[bucket]));
  try {
    const left = lookMs - (clock.monotonic() - begun);
    await waitForLeaders(link, streams, Math.min(left, timings.requestMs));
    return link;
  } catch (error) {
    await link.close();
    throw error;
  }
}

/** The rest is for the leaders of streams. */
const connectShare = 0.85;

async function lookThrough<T>(
  link: Link,
  lab: LabConnection,
  read: (link: Link, names: Names) => Promise<T>,
): Promise<T> {
  try {
    return await read(link, namesFor(lab.prefix));
  } catch (error) {
    const problem = explainOn(link, error);
    throw problem instanceof LimitsReached ? problem.asEnd() : problem;
  } finally {
    await link.close();
  }
}
