import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { pause } from "../../clock.ts";
import { isNoPeers, isNoSuchStream, isOutOfRoom, isTaken } from "../link/api-errors.ts";
import { LimitsReached, NoPlace, StreamMismatch } from "../link/errors.ts";
import type { Replicas } from "./replicas.ts";
import type { Link } from "../link/link.ts";
import type { StreamFacts } from "../link/wire.ts";
import { bucketStream, type Names } from "./names.ts";

const megabyte = 1 << 20;
const hour = 3_600_000;

/** Claims, orders and watermarks are kept this long: longer than any weekend a worker is away. */
const attemptMemory = {
  max_age: nanos(72 * hour),
  // Several hundred thousand attempts; of more in 72 h the oldest are forgotten, for no writer may wait for room here.
  max_bytes: 128 * megabyte,
  discard: DiscardPolicy.Old,
} as const;
const heartbeatMemoryMs = 30_000;
const reportMemoryMs = 7 * 24 * hour;

/**
 * Room set aside for files. Servers set a stream's limit aside when the stream is made, so that files can never
 * crowd out reports; one with less room is asked for half, and half again, down to the second figure.
 */
const blobBytes = { wanted: 4_096 * megabyte, least: 64 * megabyte } as const;

type Config = Partial<StreamConfig> & { readonly name: string };
/** `shrinks`: may be made with less room than asked for. `mayBeOne`: with one copy, where there is no place for more. */
type Wanted = Config & { readonly shrinks?: boolean; readonly mayBeOne?: boolean };

/** Sizes and ages may be tuned on the server by its owner; these must be as asked for. */
const essential = [
  "subjects",
  "retention",
  "discard",
  "storage",
  "max_msgs_per_subject",
  "discard_new_per_subject",
  "allow_direct",
] as const;

function configs(names: Names, replicas: number): readonly Wanted[] {
  const file = { storage: StorageType.File, num_replicas: replicas } as const;
  return [
    {
      ...file,
      name: names.trials,
      subjects: [`${names.prefix}.trial.>`],
      retention: RetentionPolicy.Workqueue,
      discard: DiscardPolicy.New,
      // One message per attempt: an offer made again while it is queued is refused, which is all it needs.
      max_msgs_per_subject: 1,
      discard_new_per_subject: true,
      max_bytes: 64 * megabyte,
    },
    {
      ...file,
      name: names.reports,
      subjects: [`${names.prefix}.report.>`],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      max_bytes: 256 * megabyte,
      max_age: nanos(reportMemoryMs),
    },
    bucket(names.claims, { ...file, ...attemptMemory }),
    bucket(names.control, { ...file, ...attemptMemory }),
    bucket(names.state, { ...file, max_bytes: 16 * megabyte }),
    bucket(names.workers, {
      storage: StorageType.Memory,
      num_replicas: replicas,
      max_bytes: 16 * megabyte,
      max_age: nanos(heartbeatMemoryMs),
    }),
    {
      ...file,
      name: names.blobs,
      subjects: [`${names.prefix}.blob.>`],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      // Written once: what is stored under a hash cannot be overwritten.
      max_msgs_per_subject: 1,
      discard_new_per_subject: true,
      allow_direct: true,
      max_bytes: blobBytes.wanted,
      shrinks: true,
    },
  ];
}

function bucket(name: string, more: Partial<StreamConfig>): Config {
  return {
    name: bucketStream(name),
    subjects: [`$KV.${name}.>`],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    max_msgs_per_subject: 1,
    // A header of one message would remove all others; labs from before have it, and nothing here uses it.
    allow_rollup_hdrs: false,
    allow_direct: true,
    ...more,
  };
}

/** When each stream was made. A stream made again has lost what it held. */
export type Creation = ReadonlyMap<string, string>;

/**
 * Makes the streams that are missing and checks, from what the server echoes, that each works as asked:
 * servers drop settings they do not know without a word.
 */
export async function ensureStreams(
  link: Link,
  names: Names,
  replicas: Replicas,
): Promise<Map<string, StreamFacts>> {
  for (;;) {
    const infos = new Map<string, StreamFacts>();
    for (const config of configs(names, replicas.count).map((one) => ({ ...one, mayBeOne: !replicas.asked })))
      infos.set(config.name, await ensure(link, config));
    if (await isSettled(link, infos)) return infos;
  }
}

/**
 * Two coordinators may make a stream at the same time, and server 2.9 then makes it twice and drops the first. So a
 * stream that has not been used yet counts only when it is still the same a moment later.
 */
async function isSettled(link: Link, infos: ReadonlyMap<string, StreamFacts>): Promise<boolean> {
  const unused = [...infos.values()].filter(({ state }) => state.last_seq === 0);
  if (unused.length === 0) return true;
  await pause(link.clock, settleMs);
  const now = await Promise.all(unused.map(async ({ config }) => await findStream(link, config.name)));
  return now.every((info, i) => info?.created === unused[i]!.created);
}

const settleMs = 100;

export function creationOf(infos: ReadonlyMap<string, StreamFacts>): Creation {
  return new Map([...infos].map(([name, info]) => [name, info.created]));
}

async function ensure(link: Link, config: Wanted): Promise<StreamFacts> {
  const info = (await findStream(link, config.name)) ?? (await addOrFind(link, config));
  for (const field of essential) {
    const wanted = config[field];
    if (wanted !== undefined && JSON.stringify(info.config[field]) !== JSON.stringify(wanted)) {
      throw new StreamMismatch(config.name, field, wanted, info.config[field]);
    }
  }
  return info;
}

export async function findStream(link: Link, name: string): Promise<StreamFacts | null> {
  try {
    return await link.jsm.streams.info(name);
  } catch (error) {
    if (isNoSuchStream(error)) return null;
    throw error;
  }
}

/** A stream that another coordinator makes at this moment is in the way before it is to be seen. */
async function addOrFind(link: Link, config: Wanted): Promise<StreamFacts> {
  try {
    return await add(link, config);
  } catch (error) {
    const found = isTaken(error) ? await findSoon(link, config.name) : null;
    if (found === null) throw error;
    return found;
  }
}

async function findSoon(link: Link, name: string): Promise<StreamFacts | null> {
  for (let looks = 0; looks < 20; looks++) {
    const found = await findStream(link, name);
    if (found !== null) return found;
    await pause(link.clock, 50);
  }
  return null;
}

async function add(link: Link, config: Wanted): Promise<StreamFacts> {
  const { shrinks, mayBeOne, ...wanted } = config;
  try {
    return await link.jsm.streams.add(wanted);
  } catch (error) {
    if (!isOutOfRoom(error) && !isNoPeers(error)) throw error;
    const half = Math.floor((config.max_bytes ?? 0) / 2);
    if (shrinks === true && half >= blobBytes.least) return await add(link, { ...config, max_bytes: half });
    if (mayBeOne === true && (config.num_replicas ?? 1) > 1) {
      const room = shrinks === true ? { max_bytes: blobBytes.wanted } : {};
      return await add(link, { ...config, ...room, num_replicas: 1 });
    }
    if (isNoPeers(error)) throw new NoPlace(config.name, config.num_replicas ?? 1, error);
    throw new LimitsReached(`stream ${config.name}`, error);
  }
}
