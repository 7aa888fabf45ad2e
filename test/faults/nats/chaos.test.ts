import { afterEach, expect, it } from "vitest";
import { figure } from "../figures.ts";
import { ChaosLab } from "./chaos.ts";
import { table, undisturbed, violations } from "./invariants.ts";

let lab: ChaosLab | null = null;

afterEach(async () => {
  await lab?.end();
  lab = null;
});

/**
 * By default a short run. SEQTUNE_FAULT_SEEDS=1,2,3 makes it long: for each seed 1,200 trials of 10 reports, and
 * a minute of kills.
 */
const seeds = process.env["SEQTUNE_FAULT_SEEDS"]?.split(",").map(Number);
const runs = seeds?.map((seed) => ({ seed, trials: 1_200, havocMs: 60_000 })) ?? [
  { seed: 11, trials: 250, havocMs: 15_000 },
];

it.each(runs)(
  "loses nothing and counts nothing twice while everything is killed at random: $trials trials, seed $seed",
  async ({ seed, trials, havocMs }) => {
    const size = { trials, epochs: 10, seed };
    lab = await ChaosLab.start({ ...size, workers: 3, epochMs: 20 });
    await lab.havoc(havocMs, 700);
    await lab.untilComplete();
    await lab.untilSpoolsEmpty();
    expect(violations(lab.db, "faults", trials, size.epochs)).toEqual([]);
    expect(table(lab.db, "faults")).toEqual(await undisturbed(size));
    for (const kills of Object.values(lab.kills)) expect(kills).toBeGreaterThan(0);
    const { server, coordinator, worker } = lab.kills;
    const result = `${server} server kills, ${coordinator} coordinator kills (${lab.deaths} coordinators died in all), ${worker} worker kills; ${lab.repeats()} repeats absorbed, 0 lost, 0 double, the table of the undisturbed study`;
    figure([1, 2, 3, 5], `seed ${seed}, ${trials} trials × 10 reports, ${havocMs / 1000} s of kills`, result);
  },
);
