/**
 * A snapshot is stored as a file before it is named here; the pointer is replaced in one step, and only by a coordinator that has
 * read the one before. A restore never sees half a snapshot.
 */
import { z } from "zod";
import { sha256Schema } from "../../worker/protocol/ids.ts";
import { JsonBucket } from "../../worker/protocol/nats/server/bucket.ts";
import type { Link } from "../../worker/protocol/nats/link/link.ts";
import { backupKey, bucketStream, keySubject, type Names } from "../../worker/protocol/nats/server/names.ts";
import { findStream } from "../../worker/protocol/nats/server/streams.ts";

const pointerSchema = z.strictObject({
  version: z.literal(1),
  /** The study's name and key. */
  name: z.string(),
  key: z.string(),
  /** The database, compressed, in the lab's store of files. */
  file: z.strictObject({ sha256: sha256Schema, bytes: z.int().min(0) }),
  /** The journal goes on behind this place, from the item that names the snapshot. */
  journal: z.int().min(0),
  snapshot: z.string(),
  /** Milliseconds since 1970, by the coordinator's clock. */
  at: z.number(),
  every_ms: z.number().gt(0),
});

/** Where a study's newest snapshot is. */
export type BackupPointer = z.infer<typeof pointerSchema>;

export interface StoredPointer {
  readonly pointer: BackupPointer;
  readonly revision: number;
}

export async function readPointer(bucket: JsonBucket, study: string): Promise<StoredPointer | null> {
  const entry = await bucket.get(backupKey(study));
  const pointer = pointerSchema.safeParse(entry?.value).data;
  return entry === null || pointer === undefined ? null : { pointer, revision: entry.revision };
}

/** How often a study is backed up there, milliseconds; `null`: it is not. Once it is, it stays so. */
export async function backedUpEvery(link: Link, names: Names, study: string): Promise<number | null> {
  const bucket = await JsonBucket.open(link, names.state);
  return (await readPointer(bucket, study))?.pointer.every_ms ?? null;
}

/** The studies that can be taken over from the lab, the one backed up last first. */
export async function listPointers(link: Link, names: Names): Promise<readonly BackupPointer[]> {
  const stream = bucketStream(names.state);
  if ((await findStream(link, stream)) === null) return [];
  const bucket = await JsonBucket.open(link, names.state);
  const prefix = keySubject(names.state, backupKey(""));
  const info = await link.jsm.streams.info(stream, { subjects_filter: `${prefix}>` });
  const pointers: BackupPointer[] = [];
  for (const subject of Object.keys(info.state.subjects ?? {})) {
    const found = await readPointer(bucket, subject.slice(prefix.length));
    if (found !== null) pointers.push(found.pointer);
  }
  return pointers.toSorted((a, b) => b.at - a.at);
}
