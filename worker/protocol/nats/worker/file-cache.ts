import { readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import type { BlobStore } from "../../blobs.ts";
import { systemClock, type Clock } from "../../clock.ts";
import type { BlobRef } from "../../ids.ts";
import { blobFile, fileBlobs } from "../../local/file-blobs.ts";

export interface FileCacheOptions {
  /** What the files may take together, bytes. */
  readonly limitBytes: number;
  /** A file used within this many milliseconds stays whatever the limit says: it is in use. */
  readonly recentMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

export const defaultCacheBytes = 10 * 2 ** 30;

const defaultRecentMs = 10 * 60_000;
/** A full cache is emptied to this share of its limit, so that not every new file costs a look at all of them. */
const share = 0.8;

interface Copy {
  readonly file: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/**
 * Copies of files in a folder that many processes may share. When they take more than the limit, those that were
 * not used for longest are removed; who needs one again fetches it again. A file that is being read stays readable.
 */
export class FileCache implements BlobStore {
  private readonly folder: string;
  private readonly files: BlobStore;
  private readonly limitBytes: number;
  private readonly recentMs: number;
  private readonly clock: Clock;
  /** Bytes added here since the folder was looked through; others may have added as much. */
  private added = Number.POSITIVE_INFINITY;
  private trimming: Promise<void> = Promise.resolve();

  constructor(folder: string, options: FileCacheOptions) {
    this.folder = folder;
    this.files = fileBlobs(folder, options.clock);
    this.limitBytes = options.limitBytes;
    this.recentMs = options.recentMs ?? defaultRecentMs;
    this.clock = options.clock ?? systemClock;
  }

  async put(bytes: Uint8Array): Promise<BlobRef> {
    const ref = await this.files.put(bytes);
    await this.used(ref);
    this.added += ref.bytes;
    if (this.added > this.limitBytes / 20) {
      this.added = 0;
      this.trimming = this.trimming.then(() => this.trim());
    }
    await this.trimming;
    return ref;
  }

  async get(ref: BlobRef, signal?: AbortSignal): Promise<Uint8Array> {
    const bytes = await this.files.get(ref, signal);
    await this.used(ref);
    return bytes;
  }

  async has(ref: BlobRef): Promise<boolean> {
    return await this.files.has(ref);
  }

  async delete(ref: BlobRef): Promise<void> {
    await this.files.delete(ref);
  }

  private async used({ sha256 }: BlobRef): Promise<void> {
    const now = this.clock.now() / 1000;
    await utimes(blobFile(this.folder, sha256), now, now).catch(ignore); // removed meanwhile
  }

  private async trim(): Promise<void> {
    const copies = await copiesIn(this.folder);
    let total = copies.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= this.limitBytes) return;
    const oldest = copies.toSorted((a, b) => a.usedAt - b.usedAt);
    for (const { file, bytes, usedAt } of oldest) {
      if (total <= share * this.limitBytes || this.clock.now() - usedAt < this.recentMs) return;
      await rm(file, { force: true }).catch(ignore); // tried again next time
      total -= bytes;
    }
  }
}

/** Also what processes that were killed left half written: it is not in use, so it goes first. */
async function copiesIn(folder: string): Promise<readonly Copy[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const copies = await Promise.all(
    names.map(async (name): Promise<Copy | null> => {
      const file = path.join(folder, name);
      const about = await stat(file).catch(() => null);
      return about?.isFile() === true ? { file, bytes: about.size, usedAt: about.mtimeMs } : null;
    }),
  );
  return copies.filter((copy) => copy !== null);
}

function ignore(): void {}
