import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { Journal } from "../../worker/protocol/nats/coordinator/journal.ts";
import { StudyLease } from "../../worker/protocol/nats/coordinator/lock.ts";
import { explain } from "../../worker/protocol/nats/link/explain.ts";
import { connectPatiently } from "../../worker/protocol/nats/link/connect-patiently.ts";
import type { LinkState } from "../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { NatsBlobs } from "../../worker/protocol/nats/server/blobs.ts";
import { JsonBucket } from "../../worker/protocol/nats/server/bucket.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { UserError } from "../errors.ts";
import type { LabConnection } from "../lab/connection.ts";
import { ownerOf, waitingWords } from "../lab/session.ts";
import { blobFolderOf } from "../run/blob-folder.ts";
import { keptModels } from "../run/model-keeper.ts";
import { decodeItem } from "./journal-items.ts";
import { listPointers, readPointer, type BackupPointer } from "./pointer.ts";

const decompress = promisify(gunzip);

export interface RestoreOptions {
  readonly lab: LabConnection;
  /** Name or key; `null`: the only one that is backed up. */
  readonly study: string | null;
  /** Where its database is to be; there must be none. */
  readonly db: string;
  readonly notice: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface Restored {
  readonly study: string;
  readonly everyMs: number;
}

/**
 * Takes a study over from the lab: its lock, its journal, the newest snapshot, and everything recorded since. What came
 * later still waits in the server's stream and on the workers' disks. Throws `SecondCoordinator` while a living
 * coordinator has the study, `UserError` when it is not there.
 */
export async function restoreFromLab(options: RestoreOptions): Promise<Restored> {
  const { lab, db, study, notice, signal = new AbortController().signal } = options;
  refuseExisting(db);
  const timings = { ...defaultTimings, ...lab.timings };
  const names = namesFor(lab.prefix);
  const onState = (state: LinkState): void => {
    if (state.kind === "connecting") notice(waitingWords(state.problem));
  };
  const link = await connectPatiently({ ...lab, name: "seqtune successor", onState, signal }, timings);
  const onProblem = (problem: Error): void => notice(problem.message);
  try {
    const { key, name } = chosen(await listPointers(link, names), study, lab.servers);
    const state = await JsonBucket.open(link, names.state);
    const lease = new StudyLease({
      link,
      state,
      study: key,
      title: name,
      owner: ownerOf(db),
      timings,
      onLost: () => {},
    });
    await lease.acquire(signal);
    try {
      const ignore = (): void => {};
      const hooks = { onProblem, onFenced: ignore, onLost: ignore };
      const journal = new Journal({ link, names, timings, study: key, ...hooks });
      await journal.take();
      const found = await readPointer(state, key); // again: now no other process writes it
      if (found === null) throw new UserError(`study ${name} is over, and nothing of it is left on the lab`);
      const cache = fileBlobs(path.join(blobFolderOf(db), "lab"));
      const files = new NatsBlobs({ link, names, timings, cache, onProblem });
      await writeDatabase(db, await decompress(await files.get(found.pointer.file, signal)));
      const items = await journal.read(found.pointer.journal);
      await replay(db, found.pointer, items, files, link.clock.now(), notice);
      return { study: name, everyMs: found.pointer.every_ms };
    } finally {
      lease.stop(); // and the process that goes on from this database takes it again at once
    }
  } catch (error) {
    throw explain(error, link.servers);
  } finally {
    await link.close();
  }
}

function refuseExisting(db: string): void {
  if (!existsSync(db)) return;
  throw new UserError(
    `${db} exists already, and a study from the lab needs a database of its own; choose another with --db FILE, or move it away`,
  );
}

function chosen(pointers: readonly BackupPointer[], study: string | null, servers: string): BackupPointer {
  const found = pointers.filter(({ name, key }) => study === null || name === study || key === study);
  const [one, ...others] = found;
  if (one === undefined) {
    const which = study === null ? "no study" : `no study "${study}"`;
    throw new UserError(
      `${which} is backed up on ${servers}; back one up with: seqtune run … --nats … --backup-every 5m`,
    );
  }
  if (study !== null || others.length === 0) return one;
  throw new UserError(
    `${found.length} studies are backed up on ${servers} (${found.map(({ name }) => name).join(", ")}); say which one`,
  );
}

async function writeDatabase(db: string, bytes: Uint8Array): Promise<void> {
  await mkdir(path.dirname(db), { recursive: true });
  await writeFile(`${db}.part`, bytes, { mode: 0o600 });
  await rename(`${db}.part`, db);
}

async function replay(
  db: string,
  pointer: BackupPointer,
  texts: readonly string[],
  lab: BlobStore,
  now: number,
  notice: (message: string) => void,
): Promise<void> {
  const store = openStore(db, { existing: true });
  try {
    const study = store.findStudy(pointer.name);
    if (study === null) throw new UserError(`the backup of study ${pointer.name} does not hold it`);
    const items = texts.map((text) => decodeItem(text));
    const begin = items.findIndex((item) => item.kind === "snapshot" && item.id === pointer.snapshot);
    if (begin < 0) notice("the lab's journal of this study is gone; only what the snapshot holds is there");
    for (const item of begin < 0 ? [] : items.slice(begin + 1)) {
      if (item.kind === "record") store.record(study.id, item.writes, "process");
      else if (item.kind === "state") store.setStudyState(study.id, item.state, item.reason, item.at);
      else if (item.kind === "baselines") store.setBaselines(study.id, item.baselines);
    }
    store.setStudyState(study.id, "interrupted", "taken over from the lab", now);
    await bringFiles(store, study.id, { ...study.data }, lab, fileBlobs(blobFolderOf(db)), notice);
  } finally {
    store.close();
  }
}

/** The data and the best models: what this machine needs and the lab still has. */
async function bringFiles(
  store: StudyStore,
  study: number,
  data: { readonly sha256: string; readonly bytes: number },
  lab: BlobStore,
  home: BlobStore,
  notice: (message: string) => void,
): Promise<void> {
  await home.put(await lab.get({ sha256: data.sha256, bytes: data.bytes }));
  let missing = 0;
  for (const { model } of store.trials(study, { order: "rank", limit: keptModels })) {
    if (model === null) continue;
    const ref = { sha256: model.sha256, bytes: model.bytes };
    if (await lab.has(ref)) await home.put(await lab.get(ref));
    else missing += 1;
  }
  if (missing > 0) notice(`${missing} models of the best trials are not on the lab any more`);
}
