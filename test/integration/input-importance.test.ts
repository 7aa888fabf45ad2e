import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StudyInputImportance } from "../../orchestrator/importance/input-importance.ts";
import { rngFor } from "../../search/random.ts";
import { commandLineIn, type Ran } from "../support/command-line.ts";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

/** Sales of two shops: their size times yesterday's weather, and more of them on holidays, which are known in advance. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-inputs-"));
  seqtune = commandLineIn(folder);
  const rows = [1, 3].flatMap((size) => {
    const rng = rngFor(size, "shop");
    let weather = 0;
    return Array.from({ length: 250 }, (_, row) => {
      const holiday = rng.next() < 0.2 ? 1 : 0;
      const sales = size * weather + 3 * holiday;
      weather = rng.normal();
      const day = new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);
      return `${day},shop${size},${sales.toFixed(4)},${weather.toFixed(4)},${rng.normal().toFixed(4)},${holiday},${size}`;
    });
  });
  writeFileSync(
    path.join(folder, "shops.csv"),
    `day,shop,sales,weather,noise,holiday,size\n${rows.join("\n")}\n`,
  );
  const sweep = path.join(folder, "shops.yaml");
  writeFileSync(
    sweep,
    `name: shops
data:
  {file: shops.csv, time: day, group: shop, targets: [sales], features: [sales, weather, noise],
   known_future: [holiday], static: [size], window: 3}
model: {hidden: 16, learning_rate: 0.02}
parameters: {batch_size: {values: [16]}}
method: grid
budget: {trials: 1, epochs: 10}
workers: 1
`,
  );
  expect((await seqtune("run", sweep)).code).toBe(0);
});
afterAll(() => removeFolder(folder));

describe("importance --inputs", () => {
  it("finds what a model uses, known in advance and static columns, too", async () => {
    const { out, code } = await seqtune("importance", "shops", "--inputs", "--json");
    expect(code).toBe(0);
    const { trial, split, inputs } = JSON.parse(out) as StudyInputImportance;
    expect([trial, split, inputs.metric, inputs.repeats]).toEqual([0, "validation", "val_mse", 5]);
    const worse = Object.fromEntries(inputs.inputs.map((input) => [input.name, input.worse!]));
    expect(Object.keys(worse)[0]).toBe("weather");
    for (const used of ["weather", "holiday", "size"])
      expect(worse[used]).toBeGreaterThan(5 * worse["noise"]!);
  });

  it("shows it as a table", async () => {
    const { out, code } = await seqtune("importance", "shops", "--inputs", "--repeats", "3");
    expect(code).toBe(0);
    expect(out).toMatch(
      /^shops: what each input is worth to the model of trial 0, whose val_mse is 0\.\d+ on \d+ validation samples/,
    );
    expect(out).toMatch(/\nweather +\d\S+ +\S+ +█{10}\n/);
  });
});
