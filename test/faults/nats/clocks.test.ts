/** Clocks of workers and coordinators that are wrong, or are set while a study runs; row 20 of the table of faults. */
import { describe, expect, it } from "vitest";
import { found } from "../../support/until.ts";
import { inLab, type FaultLabOptions } from "./fault-lab.ts";

const size: FaultLabOptions = { trials: 3, epochs: 20, epochMs: 100, leaseMs: 6_000 };
const hour = 3_600_000;

describe.concurrent("a wall clock that is an hour off ends no lease early and keeps none alive", () => {
  it.for([
    ["ahead", hour],
    ["behind", -hour],
  ] as const)("of a worker, an hour %s: the command line says so once", async ([words, ms]) => {
    await inLab({ ...size, leaseMs: 3_600_000 }, async (lab) => {
      const coordinator = lab.command("run");
      const off = lab.work("off", { args: [`--clock-off=${ms}`] });
      lab.work("right");
      await coordinator.line(`note: the clock of worker machine off is 60 minutes ${words}`);
      expect(await lab.verdict(coordinator)).toEqual([]);
      expect(lab.attempts().map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
      const notes = coordinator.lines.filter((line) => line.includes("timedatectl"));
      expect(notes).toHaveLength(1);
      off.kill("SIGTERM");
      expect((await off.ended).how).toBe(0);
    });
  });

  it.for([
    ["forward", hour],
    ["back", -hour],
  ] as const)("of a coordinator, set an hour %s under way, twice", async ([, ms]) => {
    await inLab({ ...size, trials: 4, epochs: 40 }, async (lab) => {
      const coordinator = lab.coordinate({ args: [`--clock-step=${ms}`] });
      for (const name of ["one", "two"]) lab.work(name);
      await lab.untilEpochs(10);
      coordinator.kill("SIGUSR2");
      await coordinator.line("clock set");
      await lab.untilEpochs(40);
      coordinator.kill("SIGUSR2");
      await lab.untilEpochs(60);
      // A worker that really is gone is still noticed.
      const victim = await found(() => lab.underWay(1, 30)[0], "a worker in the middle of a trial");
      lab.kill(victim.worker);
      lab.work("three", { args: [`--folder=${lab.machine(victim.worker)}`] }); // sends what that one left
      expect(await lab.verdict(coordinator)).toEqual([]);
      const lost = lab.attempts().filter(({ state }) => state === "lost");
      expect(lost.map(({ worker }) => worker)).toEqual([victim.worker]);
    });
  });
});
