import { afterEach, expect, it } from "vitest";
import { sleep } from "../../support/sleep.ts";
import { until } from "../../support/until.ts";
import { ChaosLab } from "./chaos.ts";
import { violations } from "./invariants.ts";

let lab: ChaosLab;

afterEach(async () => {
  await lab.end();
});

const size = { trials: 4, epochs: 16, workers: 2, epochMs: 150, seed: 1, steady: true };

/** A lease that is never waited for may be long; one that is waited for is longer than what a busy machine stalls. */
const neverMs = 3_600_000;
const leaseMs = 5_000;

/** The first worker is in the middle of its trial. */
async function started(lease: number): Promise<void> {
  lab = await ChaosLab.start({ ...size, leaseMs: lease });
  await lab.untilBusy(0);
}

async function finished(): Promise<string[]> {
  await lab.untilComplete();
  await lab.untilSpoolsEmpty();
  return violations(lab.db, "faults", size.trials, size.epochs);
}

it("a worker that is away for less than its lease goes on with the same attempt", async () => {
  await started(neverMs);
  lab.worker(0).kill("SIGSTOP");
  await sleep(1_000);
  lab.worker(0).kill("SIGCONT");
  expect(await finished()).toEqual([]);
  expect(Math.max(...lab.attempts())).toBe(1);
});

it("a worker that is away for longer loses its attempt; what it still says is kept and does not count", async () => {
  await started(leaseMs);
  lab.worker(0).kill("SIGSTOP");
  await until(() => lab.attempts().includes(2), "the next attempt");
  lab.worker(0).kill("SIGCONT");
  expect(await finished()).toEqual([]);
  expect(lab.attempts().filter((attempts) => attempts === 2)).toHaveLength(1);
});

it("a worker that comes back when the study is over is let go of what it kept", async () => {
  await started(leaseMs);
  lab.worker(0).kill("SIGSTOP");
  await lab.untilComplete();
  lab.worker(0).kill("SIGCONT");
  expect(await finished()).toEqual([]);
});

it("no lease runs out while the server is dead for longer than a lease", async () => {
  await started(leaseMs);
  await lab.server.kill();
  await sleep(leaseMs * 1.2);
  await lab.server.up();
  expect(await finished()).toEqual([]);
  expect(Math.max(...lab.attempts())).toBe(1);
});

it("a study whose server lost everything is completed all the same", async () => {
  await started(neverMs);
  await lab.server.kill();
  await lab.server.wipe();
  await lab.server.up();
  expect(await finished()).toEqual([]);
});
