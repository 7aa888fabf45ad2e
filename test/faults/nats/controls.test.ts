/**
 * Negative controls: a coordinator that is built wrongly on purpose must not pass the fault tests. A test of faults
 * that passes them would prove nothing.
 */
import { afterEach, describe, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import type { Breakage } from "./breakage.ts";
import { ChaosLab } from "./chaos.ts";
import { damage, violations } from "./invariants.ts";

let lab: ChaosLab;

afterEach(async () => {
  await lab.end();
});

describe("a coordinator that dies again and again right after a commit", () => {
  const size = { trials: 24, epochs: 10, epochMs: 40, seed: 5 };

  async function start(broken?: Breakage, { epochs, epochMs } = size): Promise<void> {
    const dying = {
      point: "after-commit",
      after: broken === undefined ? 5 : 15, // however few batches there are
      coordinators: broken === undefined ? 4 : 1_000,
    } as const;
    lab = await ChaosLab.start({
      ...size,
      epochs,
      epochMs,
      workers: 2,
      dying,
      ...(broken === undefined ? {} : { broken }),
    });
  }

  /** Waits until something is wrong that cannot come right any more. */
  async function untilDamaged(how: RegExp, { epochs } = size): Promise<void> {
    const seen = (): boolean => damage(lab.db, "faults", epochs).some((found) => how.test(found));
    await until(() => lab.deaths > 0 && seen(), `damage: ${how.source}`);
  }

  it("loses and repeats nothing when it is built right", async () => {
    await start();
    await lab.untilComplete();
    expect(violations(lab.db, "faults", size.trials, size.epochs)).toEqual([]);
    expect(lab.deaths).toBe(4);
  });

  it("loses reports when it acknowledges before it commits", async () => {
    // A trial takes longer than the commit is late, or it would be lost whole and be trained again.
    const long = { ...size, epochs: 60, epochMs: 60 };
    await start("ack-first", long);
    await untilDamaged(/lacks epochs/, long);
  });

  it("counts reports twice without the primary key", async () => {
    await start("no-key");
    await untilDamaged(/is recorded twice/);
  });
});

it("a report of an attempt that was given away counts when attempts are not checked", async () => {
  const size = { trials: 100, epochs: 16, workers: 2, epochMs: 150, seed: 1, steady: true };
  lab = await ChaosLab.start({ ...size, broken: "no-attempt-check" });
  const miscounted = (): boolean =>
    damage(lab.db, "faults", size.epochs).some((found) => /counts for attempt 2, made by 1/.test(found));
  await until(() => lab.reports() > 0, "trials under way");
  // A worker that wakes may hear that it lost its attempt before it speaks: then it is frozen once more.
  for (let freezes = 0; freezes < 20 && !miscounted(); freezes++) {
    await lab.untilBusy(0);
    const before = lab.repeated();
    lab.worker(0).kill("SIGSTOP");
    await until(() => lab.repeated() > before, "the next attempt");
    lab.worker(0).kill("SIGCONT");
    const reports = lab.reports();
    await until(() => miscounted() || lab.reports() > reports + 20, "reports");
  }
  expect(miscounted()).toBe(true);
});
