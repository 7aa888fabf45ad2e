import { namesFor, type Names } from "../../worker/protocol/nats/server/names.ts";
import { LimitsReached } from "../../worker/protocol/nats/link/errors.ts";
import { explainOn } from "../../worker/protocol/nats/link/cluster.ts";
import { connectPatiently } from "../../worker/protocol/nats/link/connect-patiently.ts";
import { Link, type LinkState } from "../../worker/protocol/nats/link/link.ts";
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

/** Connects to a lab, reads something, and leaves. Throws `NatsBusError` in words. */
export async function lookAtLab<T>(
  lab: LabConnection,
  read: (link: Link, names: Names) => Promise<T>,
): Promise<T> {
  const timings = { ...defaultTimings, ...lab.timings };
  return await lookThrough(await Link.connect({ ...lab, name: "seqtune onlooker" }, timings), lab, read);
}

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
