import { describe, expect, it } from "vitest";
import { settleAuto, type Settled } from "../../orchestrator/run/settle-auto.ts";
import { rngFor } from "../../search/random.ts";
import { readTable } from "../../worker/data/file/table.ts";
import { sweepOf } from "./config/support.ts";

/** A column of numbers, and one that names a series for every `each` rows. */
function bytes(values: readonly number[], each: number): Uint8Array {
  const rows = values.map((value, row) => `${value.toFixed(5)},${Math.floor(row / each)}`);
  return new TextEncoder().encode(["y,series", ...rows].join("\n"));
}

async function settle(
  values: readonly number[],
  data = "",
  parameters = "",
  each = values.length,
): Promise<Settled> {
  const sweep =
    await sweepOf(`data: {file: a.csv, targets: [y], features: [y], group: series, horizon: 3, ${data}}
parameters: {hidden: {values: [4, 8]}${parameters}}
budget: {trials: 1}
`);
  return settleAuto(sweep, readTable(bytes(values, each)));
}

const random = rngFor(1, "walk");
let level = 100;
const walk = Array.from({ length: 600 }, () => (level += 1 + random.normal()));
const wave = Array.from({ length: 600 }, (_, t) => Math.sin(t / 5) + 0.1 * random.normal());

describe("inputs and predict: auto", () => {
  it("take changes where levels leave the range of earlier rows, and say why", async () => {
    const { sweep, notice } = await settle(walk);
    expect(sweep.data.settings).toMatchObject({ inputs: "change", predict: "change" });
    expect(notice).toMatch(
      /^`inputs: change` and `predict: change` chosen: \d+ % of the values of "y" in a later third of the training rows lie outside/,
    );
  });

  it("are settled again where the same table is split otherwise", async () => {
    const bent = Array.from({ length: 600 }, (_, t) => Math.sin(t / 5) + Math.max(0, t - 300) / 10);
    const table = readTable(bytes(bent, bent.length));
    const chosen = async (split: string, folds: string): Promise<unknown> => {
      const sweep =
        await sweepOf(`data: {file: a.csv, targets: [y], features: [y], split: ${split}, ${folds} horizon: 3}
parameters: {hidden: {values: [4, 8]}}
budget: {trials: 1}
`);
      return settleAuto(sweep, table).sweep.data.settings.predict;
    };
    const [early, late] = ["{train: 0.3, validation: 0.3}", "{train: 0.9, validation: 0.05}"];
    expect(await chosen(early, "")).toBe("value");
    expect(await chosen(late, "")).toBe("change");
    expect(await chosen(late, "folds: 2,")).toBe("change");
    expect(await chosen(early, "")).toBe("value");
  });

  it("take changes for random walks, also those that come back by chance, and never for noise", async () => {
    const chosen = async (phi: number): Promise<number> => {
      let changes = 0;
      for (let seed = 0; seed < 20; seed++) {
        const rng = rngFor(seed, "drift", phi);
        let at = 0;
        const settled = await settle(Array.from({ length: 600 }, () => (at = phi * at + rng.normal())));
        if (settled.sweep.data.settings.predict === "change") changes++;
      }
      return changes;
    };
    expect(await chosen(1)).toBeGreaterThanOrEqual(19);
    expect(await chosen(0)).toBe(0);
  });

  it("name the test where a walk has kept to its range so far", async () => {
    const reasons: string[] = [];
    for (let seed = 0; seed < 60; seed++) {
      const rng = rngFor(seed, "walks");
      let at = 0;
      const { notice } = await settle(Array.from({ length: 400 }, () => (at = 0.99 * at + rng.normal())));
      if (notice?.includes("random walk") === true) reasons.push(notice);
    }
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons[0]).toMatch(
      /chosen: "y" may be a random walk \(the Dickey–Fuller statistic of the training rows is -[12]\.\d\d, and only one below -2\.86 would rule that out\); set inputs and predict/,
    );
  });

  it("look past the season to see the level move", async () => {
    const rng = rngFor(1, "season");
    const passengers = Array.from(
      { length: 240 },
      (_, month) => 500 + month / 6 + 100 * Math.sin((month * Math.PI) / 6) + 5 * rng.normal(),
    );
    const { notice } = await settle(passengers, "season: 12");
    expect(notice).toMatch(
      /chosen: without its season of 12 rows the means of "y" in the thirds of the training rows lie \d\.\d standard deviations apart/,
    );
    expect((await settle(passengers)).notice).toBe(notice);
    const wave = passengers.map((value, month) => value - month / 6);
    expect((await settle(wave, "season: 12")).notice).toBeNull();
  });

  it("see many short series grow, and do not take chance in a short one for growth", async () => {
    const rng = rngFor(1, "short");
    const grown = (slope: number): number[] =>
      Array.from({ length: 40 * 12 }, (_, row) => slope * (row % 12) + rng.normal());
    expect((await settle(grown(1), "", "", 12)).notice).toMatch(
      /chosen: 8\d % of the values of "y" in a later/,
    );
    expect((await settle(grown(0), "", "", 12)).notice).toBeNull();
    let mistaken = 0;
    for (let run = 0; run < 40; run++) {
      const noise = Array.from({ length: 45 }, () => rng.normal());
      if ((await settle(noise)).notice !== null) mistaken++;
    }
    expect(mistaken).toBeLessThanOrEqual(2);
  });

  it("keep values where they do not", async () => {
    const { sweep, notice } = await settle(wave, "inputs: auto, predict: auto");
    expect(notice).toBeNull();
    expect(sweep.data.settings).toMatchObject({ inputs: "value", predict: "value" });
  });

  it("leave alone what the sweep fixes or searches, and series that are differenced", async () => {
    expect((await settle(walk, "predict: value")).sweep.data.settings).toMatchObject({
      inputs: "change",
      predict: "value",
    });
    const searched = await settle(walk, "inputs: value", ", predict: {values: [value, change]}");
    expect(searched.notice).toBeNull();
    expect((await settle(walk, "difference: 1")).notice).toBeNull();
  });

  it("show no changes to windows of one row, which have none", async () => {
    const { sweep } = await settle(walk, "", ", window: {values: [1, 8]}");
    expect(sweep.data.settings).toMatchObject({ inputs: "value", predict: "change" });
  });
});
