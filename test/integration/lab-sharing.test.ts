import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { LabTerms } from "../../orchestrator/config/lab.ts";
import { StudyEvents } from "../../orchestrator/events.ts";
import { quick } from "../support/nats-lab.ts";
import { NatsServer } from "../support/nats-server.ts";
import { driveSimulated, simulateWorkers } from "../support/simulated-lab.ts";
import { until } from "../support/until.ts";

let folder: string;
let server: NatsServer;
let stop: AbortController;
let running: Promise<unknown>[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-sharing-"));
  server = await NatsServer.start();
  stop = new AbortController();
  running = [];
});
afterEach(async () => {
  stop.abort();
  await Promise.all(running);
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** A study without end; returns how many of its trials ended so far. */
function drive(name: string, terms: Partial<LabTerms>): () => number {
  const events = new StudyEvents();
  let ended = 0;
  events.on((event) => {
    if (event.kind === "trial_ended") ended += 1;
  });
  const lab = { servers: server.url, timings: quick };
  const study = {
    name,
    trials: 1_000_000,
    epochs: 3,
    events,
    terms: { priority: 1, requires: {}, ...terms },
  };
  const interrupts = { finish: stop.signal };
  running.push(driveSimulated(path.join(folder, `${name}.db`), lab, { ...study, interrupts }));
  return () => ended;
}

/** Long beside what handing out a trial takes on a busy machine, so that shares of trials are shares of time. */
const epochMs = 160;

function startWorkers(count: number): void {
  const lab = { servers: server.url, timings: quick };
  running.push(simulateWorkers(lab, count, { folder, epochMs, signal: stop.signal }));
}

it("two studies share four workers by their priorities", async () => {
  const heavy = drive("heavy", { priority: 2 });
  const light = drive("light", { priority: 1 });
  startWorkers(4);
  await until(() => heavy() > 2 && light() > 2, "both studies under way");
  const before = { heavy: heavy(), light: light() };
  await until(() => heavy() + light() - before.heavy - before.light >= 60, "60 trials");
  const share = (heavy() - before.heavy) / (heavy() - before.heavy + light() - before.light);
  // Two thirds, and surely not the half of equal studies; a busy machine moves it a little.
  expect(share).toBeGreaterThan(0.56);
  expect(share).toBeLessThan(0.75);
});

it("what a study may not use goes to the other", async () => {
  const capped = drive("capped", { priority: 5, max_workers: 1 });
  const other = drive("other", {});
  startWorkers(4);
  await until(() => capped() > 2 && other() > 2, "both studies under way");
  const before = { capped: capped(), other: other() };
  await until(() => capped() + other() - before.capped - before.other >= 48, "48 trials");
  const share = (capped() - before.capped) / (capped() - before.capped + other() - before.other);
  // One worker of four, where its priority would give it five sixths of them.
  expect(share).toBeGreaterThan(0.15);
  expect(share).toBeLessThan(0.35);
});
