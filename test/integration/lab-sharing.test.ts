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
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
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

/**
 * The part of `trials` trials that end at the study `of`, and not at `other`, with four workers. Shares of trials are shares
 * of the workers' time where an epoch is long beside what handing out a trial takes: on a machine too busy for that, the
 * part is measured again with longer epochs, until it lies in `range`.
 */
async function share(
  of: () => number,
  other: () => number,
  trials: number,
  [least, most]: readonly [least: number, most: number],
): Promise<number> {
  const lab = { servers: server.url, timings: quick };
  let found = Number.NaN;
  for (const epochMs of [160, 640, 1600]) {
    const leaving = new AbortController();
    const signal = AbortSignal.any([leaving.signal, stop.signal]);
    const workers = simulateWorkers(lab, 4, { folder, epochMs, signal, name: `w-${epochMs}` });
    running.push(workers);
    const begun = { of: of(), other: other() };
    await until(() => of() > begun.of + 2 && other() > begun.other + 2, "both studies under way");
    const before = { of: of(), other: other() };
    await until(() => of() + other() - before.of - before.other >= trials, `${trials} trials`, 500_000);
    found = (of() - before.of) / (of() - before.of + other() - before.other);
    leaving.abort();
    await workers;
    if (found > least && found < most) return found;
  }
  return found;
}

it("two studies share four workers by their priorities", async () => {
  const heavy = drive("heavy", { priority: 2 });
  const light = drive("light", { priority: 1 });
  // Two thirds, and surely not the half of equal studies.
  const range = [0.56, 0.75] as const;
  const part = await share(heavy, light, 60, range);
  expect(part).toBeGreaterThan(range[0]);
  expect(part).toBeLessThan(range[1]);
});

it("what a study may not use goes to the other", async () => {
  const capped = drive("capped", { priority: 5, max_workers: 1 });
  const other = drive("other", {});
  // One worker of four, where its priority would give it five sixths of them.
  const range = [0.15, 0.35] as const;
  const part = await share(capped, other, 48, range);
  expect(part).toBeGreaterThan(range[0]);
  expect(part).toBeLessThan(range[1]);
});
