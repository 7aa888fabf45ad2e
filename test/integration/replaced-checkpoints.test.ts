/** What workers store and is no longer needed: on the server, and in the folder of a database. */
import { mkdtempSync } from "node:fs";
import { readdir, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../../worker/protocol/clock.ts";
import { Coordinator } from "../../orchestrator/coordinator/coordinator.ts";
import { StudyEvents } from "../../orchestrator/events.ts";
import { StudyFiles } from "../../orchestrator/run/study-files.ts";
import { sweepFiles } from "../../orchestrator/run/sweep-files.ts";
import { keepAll } from "../../search/pruner.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import type { CoordinatorBus, WorkerBus } from "../../worker/protocol/bus.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { HeldFiles } from "../../worker/protocol/nats/coordinator/held-files.ts";
import type { Link } from "../../worker/protocol/nats/link/link.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { settingsWith } from "../../worker/protocol/settings.ts";
import { lab } from "../support/lab-per-test.ts";
import { Memory, report, soon, started } from "../support/nats-lab.ts";
import { scriptedSpace } from "../support/scripted-study.ts";
import { newStudy } from "../support/study-writes.ts";
import { until } from "../support/until.ts";
import { removeFolder } from "../support/remove-folder.ts";

const names = namesFor();
const key = "s1";
const checkpoints = 300;

let home: string;
let store: StudyStore;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "seqtune-checkpoints-"));
  store = openStore(path.join(home, "study.db"));
});
afterEach(async () => {
  store.close();
  await removeFolder(home);
});

async function filesOn(link: Link): Promise<string[]> {
  const filter = `${names.prefix}.blob.>`;
  const info = await link.jsm.streams.info(names.blobs, { subjects_filter: filter });
  return Object.keys(info.state.subjects ?? {}).filter((subject) => subject.endsWith(".end"));
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Stores checkpoint after checkpoint of the one trial; the last one is handed back with it. */
async function train(worker: WorkerBus, epochs: number): Promise<void> {
  worker.announce({ id: "w1", host: "test", pid: 1, version: "0", labels: {} });
  const { ref } = (await worker.claim(soon()))!;
  worker.send(started(ref, "w1"));
  let n = 1;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    worker.send(report(ref, n++));
    const checkpoint = await worker.blobs.put(bytesOf(`weights of epoch ${epoch}`));
    worker.send({ kind: "checkpoint", ref, n: n++, worker: "w1", epoch, checkpoint });
  }
  await worker.flush(soon());
}

function drive(study: Study, bus: CoordinatorBus, data: BlobRef): Coordinator {
  return new Coordinator({
    study,
    plan: {
      seed: 1,
      budget: { trials: 1, epochs: 2 * checkpoints },
      sampler: randomSampler(scriptedSpace),
      pruner: keepAll,
      data,
      checkpointSeconds: 1,
      settingsFor: (params) => settingsWith({ data: { targets: ["y"] }, model: {} }, params).data!,
    },
    store,
    bus,
    events: new StudyEvents(),
    clock: systemClock,
    leaseMs: 60_000,
  });
}

for (const keeps of [true, false]) {
  it(`hundreds of checkpoints: ${keeps ? "one stays" : "without a keeper all stay (control)"}`, async () => {
    const bus = await lab.coordinator(key);
    const data = await bus.blobs.put(bytesOf("y\n1\n2\n"));
    const study = store.createStudy({ ...newStudy(), key, data: { ...data, file: "y.csv" } });
    const notices: string[] = [];
    const notice = (message: string): void => void notices.push(message);
    const at = fileBlobs(path.join(home, "files"));
    const files = keeps
      ? new StudyFiles(bus, { study, store, events: new StudyEvents(), home: at, notice })
      : null;
    const coordinator = drive(study, files?.bus ?? bus, data);
    const over = coordinator.run(new AbortController().signal);
    await train(await lab.worker("w1"), checkpoints);
    await files?.finish(false);

    const stored = await filesOn(bus.link);
    expect(stored.length).toBe(keeps ? 2 : checkpoints + 1); // the data, too
    const { checkpoint } = store.trial(study.id, 0)!;
    expect(checkpoint?.epoch).toBe(checkpoints);
    expect(await bus.blobs.has({ sha256: checkpoint!.sha256, bytes: checkpoint!.bytes })).toBe(true);
    expect(notices).toEqual([]);
    coordinator.abandon({ state: "interrupted", reason: "the test is over" });
    await over;
  });
}

it("old files that no study of the lab holds are removed from the server, others stay", async () => {
  const [one, other] = [await lab.coordinator("s1"), await lab.coordinator("s2")];
  await one.open(new Memory());
  const refs = await Promise.all(
    ["of s1", "of s2", "of both", "nobody's"].map((text) => one.blobs.put(bytesOf(text))),
  );
  const [mine, theirs, shared, stray] = refs as [BlobRef, BlobRef, BlobRef, BlobRef];
  const held = new HeldFiles(one.link, names, "s1");
  await held.hold([mine.sha256, shared.sha256]);
  await new HeldFiles(other.link, names, "s2").hold([theirs.sha256, shared.sha256]);

  expect(await held.sweep()).toBe(0); // young ones may be about to be reported
  await until(async () => (await held.sweep(1)) === 1, "the stray file to be old enough");
  const there = await Promise.all(refs.map((ref) => one.blobs.has(ref)));
  expect(there).toEqual([true, true, true, false]);
  expect(stray.bytes).toBe(8);
  // When s1 is over, what the other study holds stays.
  expect(await held.release([mine, shared])).toEqual([mine]);
  expect(await held.sweep(0)).toBe(1);
  expect(await Promise.all(refs.map((ref) => one.blobs.has(ref)))).toEqual([false, true, true, false]);
});

it("a database's folder loses old files that none of its studies needs", async () => {
  const folder = path.join(home, "files");
  const blobs = fileBlobs(folder);
  const data = await blobs.put(bytesOf("y\n1\n"));
  const [old, young] = [await blobs.put(bytesOf("old")), await blobs.put(bytesOf("young"))];
  store.createStudy({ ...newStudy(), data: { ...data, file: "y.csv" } });
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  for (const { sha256 } of [data, old])
    await utimes(path.join(folder, sha256.slice(0, 2), sha256), longAgo, longAgo);

  expect(await sweepFiles(folder, store.filesInUse(null), Date.now())).toBe(1);
  expect([await blobs.has(data), await blobs.has(old), await blobs.has(young)]).toEqual([true, false, true]);
  await utimes(path.join(folder, young.sha256.slice(0, 2), young.sha256), longAgo, longAgo);
  await blobs.put(bytesOf("young")); // wanted again
  expect(await sweepFiles(folder, store.filesInUse(null), Date.now())).toBe(0);
  expect((await readdir(folder)).length).toBeGreaterThan(0);
});
