/**
 * Negative controls: a coordinator that is built wrongly on purpose must not pass the fault tests. A test of faults
 * that passes them would prove nothing.
 */
import { afterEach, describe, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import type { Breakage } from "./breakage.ts";
import { ChaosLab } from "./chaos.ts";
import { violations } from "./invariants.ts";

let lab: ChaosLab;

afterEach(async () => {
  await lab.end();
});

describe("a coordinator that dies again and again right after a commit", () => {
  const size = { trials: 12, epochs: 10, seed: 5 };

  async function dying(broken?: Breakage): Promise<string[]> {
    const how = broken === undefined ? {} : { broken };
    lab = await ChaosLab.start({ ...size, workers: 2, epochMs: 25, dieAfterCommits: 25, ...how });
    await lab.untilComplete(broken === undefined ? 60_000 : 12_000).catch(() => {});
    return violations(lab.db, "faults", size.trials, size.epochs);
  }

  it("loses and repeats nothing when it is built right", async () => {
    expect(await dying()).toEqual([]);
    expect(lab.deaths).toBeGreaterThan(1);
  }, 120_000);

  it("loses reports when it acknowledges before it commits", async () => {
    expect((await dying("ack-first")).length).toBeGreaterThan(0);
  }, 120_000);

  it("counts reports twice without the primary key", async () => {
    expect((await dying("no-key")).join()).toContain("is recorded twice");
  }, 120_000);
});

it("a report of an attempt that was given away counts when attempts are not checked", async () => {
  const size = { trials: 4, epochs: 16, workers: 2, epochMs: 150, seed: 1, steady: true };
  lab = await ChaosLab.start({ ...size, broken: "no-attempt-check" });
  await until(() => lab.reports() > 6, "trials under way", 30_000);
  lab.worker(0).kill("SIGSTOP");
  await until(() => lab.attempts().includes(2), "the next attempt", 30_000);
  lab.worker(0).kill("SIGCONT");
  await lab.untilComplete(30_000).catch(() => {});
  expect(violations(lab.db, "faults", size.trials, size.epochs).join()).toMatch(
    /counts for attempt 2, made by 1/,
  );
}, 120_000);
