import { createHash, randomUUID, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, utimes, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { BlobDamaged, BlobMissing, type BlobStore } from "../blobs.ts";
import { systemClock, type Clock } from "../clock.ts";
import { sha256Schema, type BlobRef } from "../ids.ts";

/** The folder of the blobs cannot be written: no room, no rights, no folder. */
export class BlobsUnwritable extends Error {
  readonly folder: string;
  /** The system's word for it: `ENOSPC`. */
  readonly code: string;
  constructor(folder: string, code: string, cause: Error) {
    const [what = code] = cause.message.split(", ", 1); // without the file: "ENOSPC: no space left on device"
    const todo = isNoRoom(code) ? "make room there" : "make it writable";
    super(`${what}, so nothing can be stored in ${folder}; ${todo}, or choose another place`, { cause });
    this.name = "BlobsUnwritable";
    this.folder = folder;
    this.code = code;
  }
}

/** A `BlobStore` in a folder, which any number of processes of one machine may share. */
export interface FileBlobs extends BlobStore {
  /** As `put`, for a file of any size: it is streamed, never held in memory as a whole. */
  putFile(file: string, signal?: AbortSignal): Promise<BlobRef>;
}

/**
 * Blobs as files `<dir>/<first two digits>/<sha256>`. A blob is written to `<dir>/tmp/`, pressed to the disk and
 * renamed, so a name is either absent or has its whole content, whatever dies when. A blob that is there but
 * damaged is replaced by the next `put` of its content. Folders are made on first use.
 */
export function fileBlobs(dir: string, clock: Pick<Clock, "now"> = systemClock): FileBlobs {
  const pathOf = (ref: BlobRef): string => blobFile(dir, sha256Schema.parse(ref.sha256));

  const isSound = async (ref: BlobRef): Promise<boolean> => {
    try {
      if ((await refOfFile(pathOf(ref))).sha256 !== ref.sha256) return false;
      const now = clock.now() / 1000; // wanted again: who removes old files leaves it
      await utimes(pathOf(ref), now, now);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw inWords(error, dir);
    }
  };

  /** `fill` writes the content and says what it wrote. */
  const store = async (fill: (handle: FileHandle) => Promise<BlobRef>): Promise<BlobRef> => {
    const temporary = path.join(dir, "tmp", randomUUID());
    try {
      await mkdir(path.dirname(temporary), { recursive: true });
      const ref = await writeDurably(temporary, fill);
      await mkdir(path.dirname(pathOf(ref)), { recursive: true });
      await rename(temporary, pathOf(ref));
      return ref;
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {}); // the first failure says more
      throw inWords(error, dir);
    }
  };

  return {
    async put(bytes) {
      const ref = refOf(bytes);
      if (await isSound(ref)) return ref;
      return store(async (handle) => {
        await handle.writeFile(bytes);
        return ref;
      });
    },

    async putFile(file, signal) {
      const ref = await refOfFile(file, signal);
      if (await isSound(ref)) return ref;
      // Named by what was copied: the file may have changed since it was read for its hash.
      return store((handle) => copy(file, handle, signal));
    },

    async get(ref, signal) {
      const bytes = await readFile(pathOf(ref), { signal }).catch((error: unknown) => {
        throw isAbsent(error) ? new BlobMissing(ref) : error;
      });
      const found = refOf(bytes);
      if (found.sha256 !== ref.sha256 || found.bytes !== ref.bytes) throw new BlobDamaged(ref);
      return bytes;
    },

    has: (ref) => hasSize(pathOf(ref), ref.bytes),
    delete: (ref) => rm(pathOf(ref), { force: true }),
  };
}

/** Where the blob with that hash lies, if it is there. */
export function blobFile(dir: string, sha256: string): string {
  return path.join(dir, sha256.slice(0, 2), sha256);
}

export function refOf(bytes: Uint8Array): BlobRef {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.byteLength };
}

async function refOfFile(file: string, signal?: AbortSignal): Promise<BlobRef> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of chunksOf(file, signal)) bytes += take(hash, chunk);
  return { sha256: hash.digest("hex"), bytes };
}

async function copy(file: string, handle: FileHandle, signal?: AbortSignal): Promise<BlobRef> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of chunksOf(file, signal)) {
    bytes += take(hash, chunk);
    await handle.writeFile(chunk);
  }
  return { sha256: hash.digest("hex"), bytes };
}

function take(hash: Hash, chunk: Uint8Array): number {
  hash.update(chunk);
  return chunk.byteLength;
}

function chunksOf(file: string, signal?: AbortSignal): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: 1 << 20, signal });
}

async function writeDurably(file: string, fill: (handle: FileHandle) => Promise<BlobRef>): Promise<BlobRef> {
  const handle = await open(file, "wx");
  try {
    const ref = await fill(handle);
    await handle.sync();
    return ref;
  } finally {
    await handle.close();
  }
}

const refusals = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EIO"]);

function isNoRoom(code: string): boolean {
  return code === "ENOSPC" || code === "EDQUOT";
}

/** What the system refuses about a folder, as `BlobsUnwritable`; anything else as it is. */
function inWords(error: unknown, dir: string): unknown {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return error;
  const { code } = error;
  return isNoRoom(code) || refusals.has(code) ? new BlobsUnwritable(dir, code, error) : error;
}

async function hasSize(file: string, bytes: number): Promise<boolean> {
  try {
    return (await stat(file)).size === bytes;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
