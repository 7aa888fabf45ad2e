import { existsSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BlobRef } from "../../../../worker/protocol/ids.ts";
import { blobFile } from "../../../../worker/protocol/local/file-blobs.ts";
import { FileCache } from "../../../../worker/protocol/nats/worker/file-cache.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-cache-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A file of 100 bytes. */
const bytes = (content: number): Uint8Array => new Uint8Array(100).fill(content);

function unusedFor({ sha256 }: BlobRef, hours: number): void {
  const then = new Date(Date.now() - hours * 3_600_000);
  utimesSync(blobFile(folder, sha256), then, then);
}

const isThere = ({ sha256 }: BlobRef): boolean => existsSync(blobFile(folder, sha256));

describe("copies of files on a worker's machine", () => {
  it("beyond the limit go in the order of their last use, and one that is read counts as used", async () => {
    const cache = new FileCache(folder, { limitBytes: 400 });
    const files: BlobRef[] = [];
    for (const content of [0, 1, 2, 3]) files.push(await cache.put(bytes(content)));
    for (const [index, file] of files.entries()) unusedFor(file, 10 - index);
    await cache.get(files[0]!);
    const newest = await cache.put(bytes(4));
    // 500 bytes of 400: down to 320, four fifths.
    expect([...files, newest].map(isThere)).toEqual([true, false, false, true, true]);
  });

  it("stay while they may be in use, whatever the limit", async () => {
    const cache = new FileCache(folder, { limitBytes: 150 });
    const old = await cache.put(bytes(0));
    unusedFor(old, 1);
    const files = await Promise.all([1, 2, 3].map((content) => cache.put(bytes(content))));
    expect([old, ...files].map(isThere)).toEqual([false, true, true, true]);
    for (const file of files) expect(await cache.has(file)).toBe(true);
  });

  it("that another process put there count, too", async () => {
    const other = new FileCache(folder, { limitBytes: 1e6 });
    const theirs = await Promise.all([0, 1, 2].map((content) => other.put(bytes(content))));
    for (const file of theirs) unusedFor(file, 1);
    const cache = new FileCache(folder, { limitBytes: 250 });
    const mine = await cache.put(bytes(9));
    expect(theirs.filter(isThere)).toHaveLength(1);
    expect(isThere(mine)).toBe(true);
  });
});
