/** The server is stopped in one way or the other, and comes back; row 4 of the table of faults. */
import { describe, expect, it } from "vitest";
import type { Script } from "../../support/script.ts";
import { sleep } from "../../support/sleep.ts";
import { inLab, type FaultLab, type FaultLabOptions } from "./fault-lab.ts";
import { isLong } from "./fault-timings.ts";

/** In the long form the times of a real lab. */
const size: FaultLabOptions = isLong
  ? { trials: 2, epochs: 40, epochMs: 3_000, leaseMs: 60_000, timings: {} }
  : { trials: 2, epochs: 32, epochMs: 300, leaseMs: 6_000 };
/** Longer than a heartbeat, and longer than a lease. */
const shortMs = isLong ? 20_000 : 2_000;
const longMs = isLong ? 90_000 : 7_500;

/** Two workers in the middle of their trials. Whatever happens, none may be lost. */
async function nobodyLosesATrial(happens: (lab: FaultLab) => Promise<void>): Promise<void> {
  await inLab(size, async (lab) => {
    const coordinator: Script = lab.coordinate();
    lab.work("one");
    lab.work("two");
    await lab.untilEpochs(6);
    await happens(lab);
    expect(await lab.verdict(coordinator)).toEqual([]);
    expect(lab.attempts().map(({ attempt, state }) => ({ attempt, state }))).toEqual(
      Array.from({ length: size.trials }, () => ({ attempt: 1, state: "complete" })),
    );
  });
}

describe.concurrent("live leases outlast a server", () => {
  it("that is ended (SIGTERM) for longer than a lease and started again", async () => {
    await nobodyLosesATrial(async ({ server }) => {
      await server.term();
      await sleep(longMs);
      await server.up();
    });
  });

  it.for([
    ["a heartbeat", shortMs],
    ["a lease", longMs],
  ] as const)("that is stopped (SIGSTOP), its connections open, for longer than %s", async ([, ms]) => {
    await nobodyLosesATrial(async ({ server }) => {
      server.stop();
      await sleep(ms);
      server.cont();
    });
  });
});
