/** Coordinator, server and workers all die in one moment and come back under their old names; row 23. */
import { expect, it } from "vitest";
import { figure } from "../figures.ts";
import { inLab, type FaultLabOptions } from "./fault-lab.ts";

/** A lease as in a lab: without knowing when a process began, its old attempts would idle for twice as long. */
const size: FaultLabOptions = { trials: 6, epochs: 30, epochMs: 60, leaseMs: 3_600_000 };

it("after the death of coordinator, server and workers at once no worker idles for the length of a lease", async () => {
  await inLab(size, async (lab) => {
    const first = lab.command("run");
    const names = ["one", "two"];
    const workers = names.map((name) => lab.work(name));
    await lab.untilEpochs(20);
    first.kill("SIGKILL");
    for (const worker of workers) worker.kill("SIGKILL");
    await lab.server.kill();
    await Promise.all([first, ...workers].map(({ ended }) => ended));
    const running = lab.attempts().filter(({ state }) => state === "running");
    expect(running.length).toBeGreaterThan(0);

    await lab.server.up();
    const backAt = performance.now();
    for (const name of names) lab.work(name);
    const second = lab.command("resume");
    const taken = new Map(running.map(({ trial, attempt }) => [trial, attempt]));
    expect(await lab.verdict(second)).toEqual([]);
    const seconds = (performance.now() - backAt) / 1000;
    const given = lab.attempts().filter(({ trial, attempt }) => taken.get(trial) === attempt);
    expect(given.map(({ state }) => state)).toEqual(given.map(() => "lost"));
    figure(
      [23],
      "coordinator, server and two workers killed in one moment",
      `complete ${seconds.toFixed(0)} s after they were back, the table of the undisturbed study`,
    );
  });
});
