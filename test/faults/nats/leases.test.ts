import { afterEach, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import { ChaosLab } from "./chaos.ts";
import { faultLeaseMs } from "./fault-timings.ts";
import { violations } from "./invariants.ts";

let lab: ChaosLab;

afterEach(async () => {
  await lab.end();
});

const size = { trials: 4, epochs: 16, workers: 2, epochMs: 150, seed: 1, steady: true };

async function started(): Promise<void> {
  lab = await ChaosLab.start(size);
  await until(() => lab.reports() > 6, "trials under way", 30_000);
}

async function finished(): Promise<string[]> {
  await lab.untilComplete(60_000);
  await lab.untilSpoolsEmpty(20_000);
  return violations(lab.db, "faults", size.trials, size.epochs);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it("a worker that is away for less than its lease goes on with the same attempt", async () => {
  await started();
  lab.worker(0).kill("SIGSTOP");
  await sleep(faultLeaseMs / 3);
  lab.worker(0).kill("SIGCONT");
  expect(await finished()).toEqual([]);
  expect(Math.max(...lab.attempts())).toBe(1);
}, 120_000);

it("a worker that is away for longer loses its attempt; what it still says is kept and does not count", async () => {
  await started();
  lab.worker(0).kill("SIGSTOP");
  await until(() => lab.attempts().includes(2), "the next attempt", 30_000);
  lab.worker(0).kill("SIGCONT");
  expect(await finished()).toEqual([]);
  expect(lab.attempts().filter((attempts) => attempts === 2)).toHaveLength(1);
}, 120_000);

it("a worker that comes back when the study is over is let go of what it kept", async () => {
  await started();
  lab.worker(0).kill("SIGSTOP");
  await lab.untilComplete(60_000);
  lab.worker(0).kill("SIGCONT");
  expect(await finished()).toEqual([]);
}, 120_000);

it("no lease runs out while the server is dead for longer than a lease", async () => {
  await started();
  await lab.server.kill();
  await sleep(faultLeaseMs * 1.5);
  await lab.server.up();
  expect(await finished()).toEqual([]);
  expect(Math.max(...lab.attempts())).toBe(1);
}, 120_000);

it("a study whose server lost everything is completed all the same", async () => {
  await started();
  await lab.server.kill();
  await lab.server.wipe();
  await lab.server.up();
  expect(await finished()).toEqual([]);
}, 120_000);
