import { z } from "zod";
import type { BlobRef } from "../../ids.ts";
import { JsonBucket } from "../server/bucket.ts";
import type { Link } from "../link/link.ts";
import { bucketStream, keySubject, type Names } from "../server/names.ts";

const heldSchema = z.object({ held: z.array(z.string()) });

/** As much of a hash as distinguishes the files of one lab. */
const shortLength = 16;

/** A file that no study holds is removed at this age: its report may wait on a worker's disk over a weekend. */
const strayMs = 72 * 3_600_000;
/** A study that was silent for this long holds nothing any more. */
const holdMs = 7 * 24 * 3_600_000;

const keyOf = (study: string): string => `files.${study}`;

/**
 * Which files on the server are wanted. Every study writes down what it holds; what no study holds, and is old, is
 * removed. A study says so before it looks whether a file is there, so that it is not removed in between.
 */
export class HeldFiles {
  private readonly link: Link;
  private readonly names: Names;
  private readonly study: string;

  constructor(link: Link, names: Names, study: string) {
    this.link = link;
    this.names = names;
    this.study = study;
  }

  async hold(sha256s: Iterable<string>): Promise<void> {
    const held = Array.from(sha256s, short);
    await (await this.bucket()).put(keyOf(this.study), { held } satisfies z.infer<typeof heldSchema>);
  }

  /** The study is over: it holds nothing. `mine`: what it knows it had there. Returns what no other study holds of that. */
  async release(mine: readonly BlobRef[]): Promise<readonly BlobRef[]> {
    const filter = keySubject(this.names.state, keyOf(this.study));
    await this.link.jsm.streams.purge(bucketStream(this.names.state), { filter });
    const held = await this.held();
    return mine.filter(({ sha256 }) => !held.has(short(sha256)));
  }

  /** Removes what no study holds and is older than `olderThanMs` by the server's clock. Returns how many files. */
  async sweep(olderThanMs = strayMs): Promise<number> {
    const { link, names } = this;
    const prefix = `${names.prefix}.blob.`;
    const held = await this.held();
    const info = await link.jsm.streams.info(names.blobs, { subjects_filter: `${prefix}>` });
    const one = new Map<string, string>(); // a subject of each file, its last where it is whole
    for (const subject of Object.keys(info.state.subjects ?? {})) {
      const [sha256 = "", rest] = subject.slice(prefix.length).split(".");
      if (!held.has(short(sha256)) && (rest === "end" || !one.has(sha256))) one.set(sha256, subject);
    }
    const now = await this.serverTime();
    let removed = 0;
    for (const [sha256, subject] of one) {
      if (now - (await this.writtenAt(names.blobs, subject)) < olderThanMs) continue;
      await link.jsm.streams.purge(names.blobs, { filter: `${prefix}${sha256}.end` });
      await link.jsm.streams.purge(names.blobs, { filter: `${prefix}${sha256}.>` });
      removed += 1;
    }
    return removed;
  }

  private async held(): Promise<ReadonlySet<string>> {
    const { link, names } = this;
    const stream = bucketStream(names.state);
    const prefix = keySubject(names.state, keyOf(""));
    const info = await link.jsm.streams.info(stream, { subjects_filter: `${prefix}>` });
    const now = await this.serverTime();
    const bucket = await this.bucket();
    const held = new Set<string>();
    for (const subject of Object.keys(info.state.subjects ?? {})) {
      const study = subject.slice(prefix.length);
      if (study !== this.study && now - (await this.writtenAt(stream, subject)) > holdMs) {
        await link.jsm.streams.purge(stream, { filter: subject });
        continue;
      }
      const entry = heldSchema.safeParse((await bucket.get(keyOf(study)))?.value).data;
      for (const one of entry?.held ?? []) held.add(one);
    }
    return held;
  }

  /** A moment ago where a coordinator renews its lock. */
  private async serverTime(): Promise<number> {
    const { state } = await this.link.jsm.streams.info(bucketStream(this.names.state));
    return Date.parse(state.last_ts);
  }

  /** Now, for what is gone meanwhile. */
  private async writtenAt(stream: string, subject: string): Promise<number> {
    const message = await this.link.jsm.direct.getMessage(stream, { last_by_subj: subject });
    return message === null ? Number.POSITIVE_INFINITY : message.time.getTime();
  }

  private async bucket(): Promise<JsonBucket> {
    return await JsonBucket.open(this.link, this.names.state);
  }
}

function short(sha256: string): string {
  return sha256.slice(0, shortLength);
}
