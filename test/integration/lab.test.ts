import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { blobFolderOf } from "../../orchestrator/run/blob-folder.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { isAlive } from "../support/alive.ts";
import { startCli } from "../support/cli-process.ts";
import { quick } from "../support/nats-lab.ts";
import { NatsServer } from "../support/nats-server.ts";
import type { Script } from "../support/script.ts";
import { killUnderWay, underWay } from "../support/under-way.ts";
import { until } from "../support/until.ts";

const trials = 6;
const epochs = 60;
/** Of trials that a test ends before they do. */
const endless = 100_000;
const data = fileURLToPath(new URL("../../data/sunspots_yearly.csv", import.meta.url));
const sweep = (perTrial: number): string => `
name: lab
seed: 11
method: random
data: { file: ${JSON.stringify(data)}, targets: [SUNACTIVITY], time: YEAR, horizon: 1 }
model: { batch_size: 4 }
parameters:
  window: { values: [12, 24] }
  hidden: { min: 24, max: 48 }
  learning_rate: { min: 0.001, max: 0.02, distribution: log_uniform }
budget: { trials: ${trials}, epochs: ${perTrial} }
`;

let folder: string;
let server: NatsServer;
let running: Script[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-lab-"));
  server = await NatsServer.start();
  writeFileSync(path.join(folder, "lab.yaml"), sweep(epochs));
  writeFileSync(path.join(folder, "endless.yaml"), sweep(endless));
  process.env["SEQTUNE_NATS"] = server.url;
  process.env["SEQTUNE_TEST_TIMINGS"] = JSON.stringify({ ...quick, lockLeaseMs: 2_000, leaseMs: 3_600_000 });
});
afterEach(async () => {
  for (const script of running) script.kill("SIGKILL");
  await Promise.all(running.map((script) => script.ended));
  running = [];
  await server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  delete process.env["SEQTUNE_NATS"];
  delete process.env["SEQTUNE_TEST_TIMINGS"];
});

const db = (name = "study"): string => path.join(folder, `${name}.db`);

function start(...args: string[]): Script {
  const script = startCli(args);
  running.push(script);
  return script;
}

function startWorker(name: string, ...more: string[]): Script {
  return start("worker", "--engine", "fused", "--cache", path.join(folder, name), ...more);
}

/** What the database says now; `null` while it is being made. */
function look<T>(read: (store: StudyStore, study: number) => T, file = db()): T | null {
  if (!existsSync(file)) return null;
  try {
    const store = openStore(file, { readonly: true });
    try {
      const study = store.latestStudy();
      return study === null ? null : read(store, study.id);
    } finally {
      store.close();
    }
  } catch {
    return null;
  }
}

const reports = (): number => look((store, study) => [...store.reports(study)].length) ?? 0;
const reached = async (count: number): Promise<void> =>
  await until(() => reports() >= count, `${count} reports`);

/** Worker processes that hold a trial now which has at least this many epochs. */
function busyWorkers(least = 0): readonly number[] {
  const busy = look((store, study) => underWay(store, study, [least, endless])) ?? [];
  return busy.map(({ pid }) => pid);
}

/** Every trial with what does not depend on who trained it when. */
const facts = (file: string): unknown =>
  look(
    (store, study) =>
      store.trials(study).map(({ number, params, seed, state, value, bestEpoch, epochsDone }) => {
        return { number, params, seed, state, value, bestEpoch, epochsDone };
      }),
    file,
  );

it("a sweep outlives the SIGKILL of a worker, of its coordinator and of the server, and ends as if nothing had happened", async () => {
  const first = start("run", path.join(folder, "lab.yaml"), "--db", db(), "--plain");
  await first.line("note: no worker yet: start one with: seqtune worker --nats");
  startWorker("one");
  startWorker("two");

  await reached(20);
  await killUnderWay(() => look((store, study) => underWay(store, study, [1, epochs / 4])) ?? []);
  await reached(60);

  first.kill("SIGKILL");
  await first.ended;
  const second = start("resume", "--db", db(), "--plain");
  await reached(100);

  await server.kill();
  await second.line("note: the NATS server");
  await server.up();
  const { how, stderr } = await second.ended;
  expect({ how, stderr }).toEqual({ how: 0, stderr: "" });

  const attempts = look((store, study) => store.attempts(study)) ?? [];
  expect(attempts.filter(({ state }) => state === "failed").map(({ reason }) => reason)).toEqual([
    expect.stringContaining("SIGKILL"),
  ]);
  expect(attempts.filter(({ state }) => state === "lost")).toEqual([]);
  for (let trial = 0; trial < trials; trial++) {
    const curve = look((store, study) => store.curve(study, trial).map(({ epoch }) => epoch));
    expect(curve).toEqual(Array.from({ length: epochs }, (_, index) => index + 1));
  }

  delete process.env["SEQTUNE_NATS"];
  const local = start(
    "run",
    path.join(folder, "lab.yaml"),
    "--db",
    db("local"),
    "--quiet",
    "--engine",
    "fused",
  );
  expect((await local.ended).how).toBe(0);
  expect(facts(db())).toEqual(facts(db("local")));

  const models = look((store, study) => store.trials(study).map(({ model }) => model)) ?? [];
  const home = fileBlobs(blobFolderOf(db()));
  expect(models).toHaveLength(trials);
  for (const model of models)
    expect(await home.has({ sha256: model!.sha256, bytes: model!.bytes })).toBe(true);
  const [command = ""] = second.lines.slice(-1);
  const [, of, data] = /^ {2}seqtune predict (\S+\.db\.models\/lab) (\S+)$/.exec(command) ?? [];
  const predicted = start("predict", of!, data!);
  expect(await predicted.ended).toMatchObject({
    how: 0,
    stderr: expect.stringMatching(/(^|\n)1 prediction\n$/),
  });
});

it("a worker that is asked to end hands its trial back, and the next one goes on after the last epoch", async () => {
  const coordinator = start("run", path.join(folder, "endless.yaml"), "--db", db(), "--plain");
  const leaving = startWorker("one");
  await until(() => busyWorkers(6).length > 0, "a trial that has begun");
  leaving.kill("SIGTERM");
  expect((await leaving.ended).how).toBe(0);
  const words = /^trial \d+ .* handed back after (\d+) epochs/;
  const [after] = leaving.lines.flatMap((line) => words.exec(line)?.[1] ?? []);
  expect(Number(after)).toBeGreaterThan(0);
  await until(
    () => look((store, study) => store.attempts(study).some(({ state }) => state === "handed_back")) === true,
    "the trial to be handed back",
  );
  startWorker("two");
  const before = reports();
  await reached(before + 20);
  coordinator.kill("SIGINT");
  expect((await coordinator.ended).how).toBe(130);
  const again = look((store, study) => store.attempts(study).find(({ attempt }) => attempt === 2));
  expect(again?.fromEpoch).toBe(Number(after));
  const [held] = look((store, study) => store.trials(study).filter(({ attempts }) => attempts > 1)) ?? [];
  const curve = look((store, study) => store.curve(study, held!.number).map(({ epoch }) => epoch)) ?? [];
  expect(curve).toEqual(curve.map((_, index) => index + 1));
});

it("the processes of a worker whose supervisor is killed end by themselves", async () => {
  start("run", path.join(folder, "endless.yaml"), "--db", db(), "--plain");
  const supervisor = startWorker("one", "--slots", "2");
  await until(() => busyWorkers().length === 2, "two busy workers");
  const slots = busyWorkers();
  supervisor.kill("SIGKILL");
  await until(() => !slots.some(isAlive), "the slots to end");
});
