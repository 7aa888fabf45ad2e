import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { BlobDamaged, BlobMissing } from "../../worker/protocol/blobs.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import { chunkBytes, NatsBlobs } from "../../worker/protocol/nats/server/blobs.ts";
import { removeOrphans } from "../../worker/protocol/nats/coordinator/orphans.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { namesFor, type Names } from "../../worker/protocol/nats/server/names.ts";
import { ensureStreams } from "../../worker/protocol/nats/server/streams.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { libraryOf } from "../support/library-of.ts";
import { Lab, quick } from "../support/nats-lab.ts";
import { override } from "../../orchestrator/override.ts";
import { NatsServer } from "../support/nats-server.ts";
import { until } from "../support/until.ts";

const timings = { ...defaultTimings, ...quick };
let server: NatsServer;
let lab: Lab;
let link: Link;
let names: Names;
let worlds = 0;
let kills: Promise<void>[] = [];

beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(async () => {
  await server.close();
});
beforeEach(async () => {
  kills = [];
  const prefix = `files-${worlds++}`;
  lab = await Lab.create(server, prefix);
  names = namesFor(prefix);
  link = await Link.connect({ servers: server.url, name: "test" }, timings);
  await ensureStreams(link, names, { count: 1, asked: true });
});
afterEach(async () => {
  await link.close();
  await lab.end();
});

/** A machine of its own, with or without copies from before. */
function machine(name: string, over: Link = link): NatsBlobs {
  const cache = fileBlobs(lab.folder(name));
  return new NatsBlobs({
    link: over,
    names,
    timings,
    cache,
    onProblem: (problem) => lab.problems.push(problem),
  });
}

const isDone = (): boolean => true;

function refOf(bytes: Uint8Array): BlobRef {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.byteLength };
}

const chunk = (ref: BlobRef, index: number): string =>
  `${names.prefix}.blob.${ref.sha256}.${chunkBytes}-${index}`;

async function messages(): Promise<number> {
  return (await link.jsm.streams.info(names.blobs)).state.messages;
}

/** Kills the server in the middle of it, however fast it is: when it is called for the `count`-th time. */
function killingAt<A extends unknown[], R>(count: number, call: (...args: A) => R): (...args: A) => R {
  let left = count;
  return (...args) => {
    left -= 1;
    if (left === 0) kills.push(server.kill().then(() => server.up()));
    return call(...args);
  };
}

it("carries 50 MB from one machine to another, through a server that is killed meanwhile", async () => {
  const bytes = randomBytes(50_000_000);
  const { js, nc } = link;
  const publish = killingAt(30, js.publish.bind(js));
  const ref = await machine("a", override(link, { js: override(js, { publish }) })).put(bytes);
  expect(kills).toHaveLength(1);
  const request = killingAt(30, nc.request.bind(nc));
  const other = machine("b", override(link, { nc: override(nc, { request }) }));
  expect(refOf(await other.get(ref))).toEqual(ref);
  expect(kills).toHaveLength(2);
  await Promise.all(kills);
  // A server that has just come back may not answer for its streams yet.
  const purge = async (): Promise<boolean> =>
    await link.jsm.streams.purge(names.blobs).then(isDone, () => false);
  await until(purge, "the server to forget the file");
  expect((await other.get(ref)).byteLength).toBe(50_000_000); // now from its own disk
});

it("a lab's file store stores the same content once, however often and from wherever it is put", async () => {
  const bytes = randomBytes(3 * chunkBytes + 17);
  const refs = await Promise.all([machine("a").put(bytes), machine("b").put(bytes), machine("c").put(bytes)]);
  expect(new Set(refs.map((ref) => ref.sha256)).size).toBe(1);
  expect(await messages()).toBe(4 + 1);
});

it("a lab's file store stores an empty file", async () => {
  const ref = await machine("a").put(new Uint8Array(0));
  expect(await machine("b").get(ref)).toHaveLength(0);
});

it("resumes an upload that was killed, and removes one that was never ended", async () => {
  const bytes = randomBytes(10 * chunkBytes);
  const ref = refOf(bytes);
  for (let i = 0; i < 4; i++)
    await link.js.publish(chunk(ref, i), bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes));
  const blobs = machine("a");
  expect(await blobs.has(ref)).toBe(false);
  await expect(blobs.get(ref)).rejects.toThrow(BlobMissing);
  const sentBefore = libraryOf(link).nc.stats().outBytes;
  await blobs.put(bytes);
  expect(libraryOf(link).nc.stats().outBytes - sentBefore).toBeLessThan(7 * chunkBytes);
  expect(refOf(await machine("b").get(ref))).toEqual(ref);

  const orphan = refOf(randomBytes(5));
  await link.js.publish(chunk(orphan, 0), "half");
  expect(await removeOrphans(link, names, 3_600_000)).toBe(0); // may still be under way
  expect(await removeOrphans(link, names, 0)).toBe(1);
  expect(await blobs.has(ref)).toBe(true);
  expect(await messages()).toBe(11);
});

it("a lab's file store says of a file of which the server lost a part that it is not stored: it may be stored again", async () => {
  const ref = await machine("a").put(randomBytes(2 * chunkBytes));
  await link.jsm.streams.purge(names.blobs, { filter: chunk(ref, 1) });
  await expect(machine("b").get(ref)).rejects.toThrow(BlobMissing);
});

it("a lab's file store refuses what does not have the content its name promises", async () => {
  const bytes = randomBytes(2 * chunkBytes);
  const ref = refOf(bytes);
  const flipped = Buffer.from(bytes);
  flipped[chunkBytes + 5]! ^= 1;
  for (let i = 0; i < 2; i++) {
    await link.js.publish(chunk(ref, i), flipped.subarray(i * chunkBytes, (i + 1) * chunkBytes));
  }
  await link.js.publish(`${names.prefix}.blob.${ref.sha256}.end`, JSON.stringify({ bytes: ref.bytes }));
  const blobs = machine("a");
  await expect(blobs.get(ref)).rejects.toThrow(BlobDamaged);
  await expect(blobs.get({ ...ref, bytes: ref.bytes + 1 })).rejects.toThrow(BlobDamaged);
  expect(existsSync(path.join(lab.folder("a"), ref.sha256.slice(0, 2), ref.sha256))).toBe(false);
  await blobs.delete(ref);
  await blobs.put(bytes);
  expect(refOf(await machine("b").get(ref))).toEqual(ref);
});

it("fetches again what was damaged on this machine's disk", async () => {
  const ref = await machine("a").put(randomBytes(1000));
  const blobs = machine("b");
  await blobs.get(ref);
  const file = path.join(lab.folder("b"), ref.sha256.slice(0, 2), ref.sha256);
  await writeFile(file, "damaged");
  expect(refOf(await blobs.get(ref))).toEqual(ref);
  expect(refOf(await readFile(file))).toEqual(ref);
});

it("what is stored under a hash cannot be replaced", async () => {
  const bytes = randomBytes(1000);
  const ref = await machine("a").put(bytes);
  await expect(link.js.publish(chunk(ref, 0), "something else")).rejects.toThrow(
    "maximum messages per subject",
  );
  expect(refOf(await machine("b").get(ref))).toEqual(ref);
});

it("a lab's file store stops fetching when it is asked to", async () => {
  const ref = await machine("a").put(randomBytes(100 * chunkBytes));
  const stop = new AbortController();
  const fetching = machine("b").get(ref, stop.signal);
  stop.abort(new Error("not needed any more"));
  await expect(fetching).rejects.toThrow("not needed any more");
});

it("a lab's file store waits while the server has no room, says so, and goes on", async () => {
  const small = await libraryOf(link).jsm.streams.update(names.blobs, { max_bytes: 2 * chunkBytes });
  const bytes = randomBytes(4 * chunkBytes);
  const putting = machine("a").put(bytes);
  await until(
    () => lab.problems.some((problem) => problem.name === "StreamFull"),
    "the problem to be reported",
  );
  await libraryOf(link).jsm.streams.update(names.blobs, { max_bytes: small.config.max_bytes * 8 });
  expect(refOf(await machine("b").get(await putting))).toEqual(refOf(bytes));
  await rm(lab.folder("a"), { recursive: true });
  expect(await readdir(lab.folder("b"))).not.toEqual([]);
});
