import type { WorkerInfo } from "../../worker/protocol/messages.ts";
import { parseJson } from "../../worker/protocol/nats/server/bucket.ts";
import type { Link } from "../../worker/protocol/nats/link/link.ts";
import { bucketStream, keySubject, type Names } from "../../worker/protocol/nats/server/names.ts";
import { isOfItself, readHeartbeat } from "../../worker/protocol/nats/server/read-heartbeat.ts";
import { inParallel } from "../../worker/protocol/nats/link/retry.ts";
import { findStream } from "../../worker/protocol/nats/server/streams.ts";

/** A slot that was heard within the last half minute. */
export interface ListedWorker {
  readonly info: WorkerInfo;
  /** Milliseconds since 1970, by the server's clock. */
  readonly lastSeen: number;
}

/** Every worker of the lab that lives, by host and id. `null`: no coordinator has used this server yet. */
export async function listWorkers(link: Link, names: Names): Promise<readonly ListedWorker[] | null> {
  const stream = bucketStream(names.workers);
  if ((await findStream(link, stream)) === null) return null;
  const prefix = keySubject(names.workers, "");
  const { state } = await link.jsm.streams.info(stream, { subjects_filter: `${prefix}>` });
  const keys = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
  const kv = await link.wire.bucket(names.workers);
  const listed: ListedWorker[] = [];
  await inParallel(keys.length, 16, async (index) => {
    const key = keys[index]!;
    const entry = await kv.get(key);
    if (entry === null || entry.operation !== "PUT") return;
    const info = readHeartbeat(parseJson(entry.string()));
    if (info !== null && isOfItself(key, info.id, link.seal.isStrict))
      listed.push({ info, lastSeen: entry.created.getTime() });
  });
  return listed.toSorted((a, b) => order(a.info).localeCompare(order(b.info), "en", { numeric: true }));
}

const order = ({ host, id }: WorkerInfo): string => `${host} ${id}`;
