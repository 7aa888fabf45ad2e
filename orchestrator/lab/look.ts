import { namesFor, type Names } from "../../worker/protocol/nats/server/names.ts";
import { LimitsReached } from "../../worker/protocol/nats/link/errors.ts";
import { explain } from "../../worker/protocol/nats/link/explain.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { ensureStreams } from "../../worker/protocol/nats/server/streams.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import type { LabConnection } from "./connection.ts";

/** Throws `NatsBusError` when studies cannot be run there: address, credentials, rights, version, room. */
export async function checkLab(lab: LabConnection): Promise<void> {
  await lookAtLab(lab, async (link, names) => {
    await ensureStreams(link, names, 1);
  });
}

/** Connects to a lab, reads something, and leaves. Throws `NatsBusError` in words. */
export async function lookAtLab<T>(
  lab: LabConnection,
  read: (link: Link, names: Names) => Promise<T>,
): Promise<T> {
  const link = await Link.connect(
    { ...lab, name: "seqtune onlooker" },
    { ...defaultTimings, ...lab.timings },
  );
  try {
    return await read(link, namesFor(lab.prefix));
  } catch (error) {
    const problem = explain(error, link.servers);
    throw problem instanceof LimitsReached ? problem.asEnd() : problem;
  } finally {
    await link.close();
  }
}
