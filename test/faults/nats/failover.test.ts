/** The coordinator's machine dies and another goes on, again and again; row 27 of the table of faults. */
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { sleep } from "../../support/sleep.ts";
import type { Script } from "../../support/script.ts";
import { found } from "../../support/until.ts";
import { figure } from "../figures.ts";
import { isLong } from "./fault-timings.ts";
import { inLab, type FaultLab, type FaultLabOptions } from "./fault-lab.ts";

const failovers = isLong ? 20 : 2;
/** Each takes a lock's lease, a start, and what the machine is busy with. */
const patienceMs = 600_000 + failovers * 60_000;
const size: FaultLabOptions = {
  trials: isLong ? 90 : 16,
  epochs: 30,
  epochMs: isLong ? 250 : 150,
  leaseMs: 30_000,
};

/** A coordinator's machine: a folder of its own, which goes with it. */
const machine = (lab: FaultLab, index: number): string => path.join(lab.folder, `home-${index}`);
const dbOf = (lab: FaultLab, index: number): string => path.join(machine(lab, index), "study.db");

function standBy(lab: FaultLab, index: number): Script {
  return lab.command("standby", { db: dbOf(lab, index) });
}

/** Standbys that wait; the one that goes on, once one does. */
async function successor(waiting: Script[]): Promise<Script> {
  const goesOn = (): Script | undefined =>
    waiting.find(({ lines }) => lines.some((line) => line.startsWith("study faults goes on")));
  const next = await found(goesOn, "a standby to go on");
  waiting.splice(waiting.indexOf(next), 1);
  return next;
}

it(
  `a study outlives ${failovers} deaths of its coordinator's machine, disk and all, and ends as if nothing had happened`,
  async () => {
    await inLab(size, async (lab) => {
      let machines = 2;
      const waiting = [standBy(lab, 1), standBy(lab, 2)];
      for (const standby of waiting) await standby.line("no study is backed up");
      await mkdir(machine(lab, 0));
      const homes = new Map<Script, string>();
      let driver = lab.command("run", { db: dbOf(lab, 0), args: ["--backup-every", "2s"] });
      homes.set(driver, machine(lab, 0));
      for (const [index, standby] of waiting.entries()) homes.set(standby, machine(lab, index + 1));
      for (const name of ["one", "two", "three"]) lab.work(name);
      await driver.line("best val_mse");
      const taken: number[] = [];
      for (let death = 1; death <= failovers; death++) {
        for (const standby of waiting) await standby.line("standing by for study faults");
        await sleep(300 * (death % 5)); // at any moment between two snapshots
        driver.kill("SIGKILL");
        await driver.ended;
        await rm(homes.get(driver)!, { recursive: true, force: true, maxRetries: 10 });
        const diedAt = performance.now();
        driver = await successor(waiting);
        taken.push(performance.now() - diedAt);
        if (death === failovers) break;
        machines += 1;
        const next = standBy(lab, machines);
        waiting.push(next);
        homes.set(next, machine(lab, machines));
      }
      expect(await lab.verdict(driver, path.join(homes.get(driver)!, "study.db"))).toEqual([]);
      const longest = Math.max(...taken) / 1000;
      figure(
        [27],
        `${failovers} times the coordinator's machine is lost, with a lock of 3 s and snapshots every 2 s`,
        `taken over after ${longest.toFixed(1)} s at most, 0 reports lost, the table of the undisturbed study`,
      );
    });
  },
  patienceMs,
);

it("a coordinator that was stopped (SIGSTOP) while its standby took over stands down without touching the study", async () => {
  await inLab(size, async (lab) => {
    const second = standBy(lab, 1);
    await second.line("no study is backed up");
    await mkdir(machine(lab, 0));
    const first = lab.command("run", { db: dbOf(lab, 0), args: ["--backup-every", "1h"] });
    for (const name of ["one", "two"]) lab.work(name);
    await first.line("trial 0 complete");
    first.kill("SIGSTOP");
    await second.line("study faults goes on");
    first.kill("SIGCONT");
    expect((await first.ended).how).toBe(130);
    expect(second.lines.join("\n")).not.toContain("the lab's journal of this study is gone");
    expect(await lab.verdict(second, dbOf(lab, 1))).toEqual([]);
  });
});
