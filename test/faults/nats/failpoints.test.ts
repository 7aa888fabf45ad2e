/** The coordinator dies at one place again and again; row 2 of the table of faults. */
import { afterEach, expect, it } from "vitest";
import { figure } from "../figures.ts";
import { failpoints } from "./breakage.ts";
import { ChaosLab } from "./chaos.ts";
import { table, undisturbed, violations } from "./invariants.ts";

let lab: ChaosLab | null = null;

afterEach(async () => {
  await lab?.end();
  lab = null;
});

/** SEQTUNE_FAULT_SEEDS makes it long. */
const deaths = process.env["SEQTUNE_FAULT_SEEDS"] === undefined ? 2 : 20;
const size = { trials: 15 * deaths, epochs: 6, seed: 3 };

it.each(failpoints)(
  `loses nothing and counts nothing twice when ${deaths} coordinators die %s`,
  async (point) => {
    const after = point === "before-purge" ? 1 : 3;
    lab = await ChaosLab.start({
      ...size,
      workers: 3,
      epochMs: 40,
      dying: { point, after, coordinators: deaths },
    });
    await lab.untilComplete();
    await lab.untilSpoolsEmpty();
    expect(lab.deaths).toBe(deaths);
    expect(violations(lab.db, "faults", size.trials, size.epochs)).toEqual([]);
    expect(table(lab.db, "faults")).toEqual(await undisturbed(size));
    const again = lab.attempts().filter((attempts) => attempts > 1).length;
    const resumed = `driving again after ${seconds(median(lab.resumes))} (at most ${seconds(Math.max(...lab.resumes))})`;
    const result = `${deaths} deaths; ${lab.repeats()} repeats absorbed, 0 lost, 0 double; ${again} of ${size.trials} trials needed another attempt; ${resumed}`;
    figure([2], point, result);
  },
);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
