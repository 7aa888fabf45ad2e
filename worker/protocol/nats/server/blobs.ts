import { z } from "zod";
import { BlobDamaged, BlobMissing, type BlobStore } from "../../blobs.ts";
import { sha256Schema, type BlobRef } from "../../ids.ts";
import { refOf } from "../../local/file-blobs.ts";
import { pause } from "../../clock.ts";
import { parseJson } from "./bucket.ts";
import { noRoom } from "../link/no-room.ts";
import type { Link } from "../link/link.ts";
import type { Names } from "./names.ts";
import { NearCopies } from "./near-copies.ts";
import { inParallel, persist } from "../link/retry.ts";
import { isAlreadyThere, isNoSuchStream, isOutOfRoom } from "../link/api-errors.ts";
import type { Connection } from "../link/wire.ts";
import type { Timings } from "../link/timings.ts";

/** Bytes of one chunk: a quarter of the smallest message limit servers have by default. */
export const chunkBytes = 256 * 1024;

/** Chunks on their way at once. */
const width = 8;

/** A worker that trains for months must not remember every model it ever stored. */
const mostRemembered = 10_000;

/** The last message of a blob: all chunks before it are stored. */
const endSchema = z.object({ bytes: z.int().min(0) });

export interface NatsBlobsOptions {
  readonly link: Link;
  readonly names: Names;
  readonly timings: Timings;
  /** This machine's copies; what is here is neither fetched nor lost. Where it fails, files go without. */
  readonly cache: BlobStore;
  readonly onProblem: (problem: Error) => void;
}

/**
 * Blobs on a JetStream stream, by content: message `<prefix>.blob.<sha256>.<size>-<index>` is one chunk, and
 * `….end` says that all are there. Every name follows from the content and every subject is written once, so an
 * upload that broke goes on where it was, two uploads of one file are one, and what is stored cannot be replaced.
 */
export class NatsBlobs implements BlobStore {
  private readonly options: NatsBlobsOptions;
  private readonly near: NearCopies;
  /** What this process stored, for the case that the server loses its memory. */
  private readonly mine = new Map<string, BlobRef>();

  constructor(options: NatsBlobsOptions) {
    this.options = options;
    this.near = new NearCopies(options.cache, options.onProblem);
  }

  async put(bytes: Uint8Array): Promise<BlobRef> {
    const ref = refOf(bytes);
    await this.near.put(bytes);
    await this.upload(ref, bytes);
    this.remember(ref);
    return ref;
  }

  async get(ref: BlobRef, signal?: AbortSignal): Promise<Uint8Array> {
    const near = await this.near.get(ref, signal);
    if (near !== null) return near;
    const bytes = await this.download(ref, signal);
    if (refOf(bytes).sha256 !== ref.sha256) throw new BlobDamaged(ref);
    await this.near.put(bytes);
    return bytes;
  }

  async has(ref: BlobRef): Promise<boolean> {
    return (await this.end(ref)) !== null;
  }

  async delete(ref: BlobRef): Promise<void> {
    const { link, names, timings } = this.options;
    this.mine.delete(ref.sha256);
    await persist(link, timings, async () => {
      // The end first: what is half removed must not look whole.
      await link.jsm.streams.purge(names.blobs, { filter: this.subject(ref, "end") });
      await link.jsm.streams.purge(names.blobs, { filter: this.subject(ref, ">") });
    });
    await this.near.delete(ref);
  }

  /** Stores again what this process had stored and the server has lost. */
  async restore(): Promise<void> {
    for (const ref of this.mine.values()) {
      if (await this.has(ref)) continue;
      const bytes = await this.near.get(ref);
      if (bytes === null) this.mine.delete(ref.sha256);
      else await this.upload(ref, bytes);
    }
  }

  private remember(ref: BlobRef): void {
    this.mine.set(ref.sha256, ref);
    const [oldest] = this.mine.keys();
    if (this.mine.size > mostRemembered && oldest !== undefined) this.mine.delete(oldest);
  }

  private async upload(ref: BlobRef, bytes: Uint8Array): Promise<void> {
    if (await this.has(ref)) return;
    const stored = await this.storedChunks(ref);
    await inParallel(chunksOf(ref), width, async (index) => {
      const subject = this.subject(ref, `${chunkBytes}-${index}`);
      if (!stored.has(subject))
        await this.write(subject, bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes));
    });
    await this.write(this.subject(ref, "end"), JSON.stringify({ bytes: ref.bytes }));
  }

  /** Writes once; what is there already is the same. Waits while the server has no room, but not for ever. */
  private async write(subject: string, payload: Uint8Array | string): Promise<void> {
    const { link, timings, onProblem } = this.options;
    const deadline = link.clock.monotonic() + timings.putPatienceMs;
    for (;;) {
      try {
        await persist(link, timings, (failures) =>
          link.js.publish(subject, payload, { timeout: this.patience(failures) }),
        );
        return;
      } catch (error) {
        if (isAlreadyThere(error)) return;
        if (!isOutOfRoom(error)) throw error;
        const problem = noRoom(this.options.names.blobs, "files (data, checkpoints, models)", error);
        onProblem(problem);
        if (link.clock.monotonic() > deadline) throw problem;
        await pause(link.clock, timings.retryLimitMs);
      }
    }
  }

  private async download(ref: BlobRef, signal?: AbortSignal): Promise<Uint8Array> {
    const end = await this.end(ref, signal);
    if (end === null) throw new BlobMissing(ref);
    if (end.bytes !== ref.bytes) throw new BlobDamaged(ref);
    const bytes = new Uint8Array(ref.bytes);
    await inParallel(chunksOf(ref), width, async (index) => {
      const chunk = await this.read(this.subject(ref, `${chunkBytes}-${index}`), signal);
      if (chunk === null) throw new BlobMissing(ref); // lost, or removed, since its end was read
      const room = Math.min(chunkBytes, ref.bytes - index * chunkBytes);
      if (chunk.byteLength !== room) throw new BlobDamaged(ref);
      bytes.set(chunk, index * chunkBytes);
    });
    return bytes;
  }

  private async end(ref: BlobRef, signal?: AbortSignal): Promise<{ readonly bytes: number } | null> {
    const message = await this.read(this.subject(ref, "end"), signal);
    if (message === null) return null;
    return endSchema.safeParse(parseJson(new TextDecoder().decode(message))).data ?? null;
  }

  private async read(subject: string, signal?: AbortSignal): Promise<Uint8Array | null> {
    const { link, names, timings } = this.options;
    const ask = (failures: number): Promise<Uint8Array | null> =>
      directGet(link.nc, names.blobs, subject, this.patience(failures));
    return await persist(link, timings, ask, signal);
  }

  private patience(failures: number): number {
    const { requestMs, bulkRequestMs } = this.options.timings;
    return Math.min(requestMs * 2 ** failures, bulkRequestMs);
  }

  private async storedChunks(ref: BlobRef): Promise<ReadonlySet<string>> {
    const { link, names, timings } = this.options;
    const filter = { subjects_filter: this.subject(ref, ">") };
    try {
      const info = await persist(link, timings, () => link.jsm.streams.info(names.blobs, filter));
      return new Set(Object.keys(info.state.subjects ?? {}));
    } catch (error) {
      if (isNoSuchStream(error)) return new Set(); // the server lost it, and the coordinator makes it again
      throw error;
    }
  }

  private subject(ref: BlobRef, rest: string): string {
    return `${this.options.names.prefix}.blob.${sha256Schema.parse(ref.sha256)}.${rest}`;
  }
}

/** The message stored under a subject; the client library's own way has no time limit per request. */
async function directGet(
  nc: Connection,
  stream: string,
  subject: string,
  timeout: number,
): Promise<Uint8Array | null> {
  const answer = await nc.request(`$JS.API.DIRECT.GET.${stream}.${subject}`, "", { timeout });
  const code = answer.headers?.code ?? 0;
  if (code === 404) return null;
  if (code !== 0) throw new Error(`reading ${subject} failed: ${answer.headers?.description ?? code}`);
  return answer.data;
}

function chunksOf(ref: BlobRef): number {
  return Math.ceil(ref.bytes / chunkBytes);
}
