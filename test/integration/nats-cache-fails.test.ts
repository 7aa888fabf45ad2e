/** A machine whose disk is full or broken keeps no copies of files, and works on without them. */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { NatsBlobs } from "../../worker/protocol/nats/server/blobs.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { ensureStreams } from "../../worker/protocol/nats/server/streams.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { inLab } from "../faults/nats/fault-lab.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { quick } from "../support/nats-lab.ts";
import { SmallDisk } from "../support/small-disk.ts";

const obstacle = SmallDisk.obstacle();
const why = obstacle === null ? "" : ` (not run: ${obstacle})`;
let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  ends = [];
});

/** Two machines on one server: one that is sound, and one whose copies are to lie in `folder`. */
async function machines(folder: string): Promise<{
  readonly sound: NatsBlobs;
  readonly broken: NatsBlobs;
  readonly told: readonly string[];
}> {
  const timings = { ...defaultTimings, ...quick };
  const link = await Link.connect({ servers: server.url, name: "test" }, timings);
  ends.push(() => link.close());
  await ensureStreams(link, namesFor(), { count: 1, asked: true });
  const told: string[] = [];
  const common = {
    link,
    names: namesFor(),
    timings,
    onProblem: (problem: Error) => told.push(problem.message),
  };
  const sound = new NatsBlobs({ ...common, cache: fileBlobs(lab.folder("sound")) });
  return { sound, broken: new NatsBlobs({ ...common, cache: fileBlobs(folder) }), told };
}

it("without a usable folder of copies files are fetched, stored and deleted, and that is reported once", async () => {
  const folder = lab.folder("copies");
  writeFileSync(folder, "not a folder");
  const { sound, broken, told } = await machines(folder);
  const data = randomBytes(1_000);
  const ref = await sound.put(data);
  for (let i = 0; i < 2; i++) expect(Buffer.from(await broken.get(ref))).toEqual(data);
  const model = randomBytes(1_000);
  const stored = await broken.put(model);
  expect(Buffer.from(await sound.get(stored))).toEqual(model);
  await broken.delete(stored);
  expect(await sound.has(stored)).toBe(false);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    /copies of files cannot be kept on this machine \(ENOTDIR: .*\); make room or mend/,
  );

  await rm(folder);
  await broken.get(ref);
  await sound.delete(ref);
  expect(Buffer.from(await broken.get(ref))).toEqual(data); // its own copy
});

it.skipIf(obstacle !== null)(
  `on a full disk models and checkpoints go to the server all the same${why}`,
  async () => {
    const disk = await SmallDisk.create(4);
    ends.push(() => disk.close());
    const { sound, broken, told } = await machines(disk.file("copies"));
    const data = randomBytes(100_000);
    const ref = await sound.put(data);
    await broken.put(randomBytes(10)); // the folders are there
    disk.fill();
    expect(data.equals(await broken.get(ref))).toBe(true);
    const model = randomBytes(200_000);
    expect(model.equals(await sound.get(await broken.put(model)))).toBe(true);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("ENOSPC");
  },
);

it("a fetch that is called off says so, also where copies cannot be read", async () => {
  const folder = lab.folder("copies");
  writeFileSync(folder, "not a folder");
  const { sound, broken, told } = await machines(folder);
  const ref = await sound.put(randomBytes(1_000));
  await expect(broken.get(ref, AbortSignal.abort(new Error("not needed any more")))).rejects.toThrow(
    "not needed any more",
  );
  expect(told).toEqual([]);
});

it("a worker whose folder of copies is none trains its part of a study", async () => {
  await inLab({ trials: 8, epochs: 6, epochMs: 30, leaseMs: 30_000 }, async (whole) => {
    mkdirSync(whole.machine("broken"));
    writeFileSync(path.join(whole.machine("broken"), "files"), "not a folder");
    const broken = whole.work("broken");
    await broken.line("ready");
    const coordinator = whole.coordinate();
    await broken.line("problem: copies of files cannot be kept on this machine (ENOTDIR");
    await whole.work("sound").line("ready");
    expect(await whole.verdict(coordinator)).toEqual([]);
    expect(whole.attempts().map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });
});
