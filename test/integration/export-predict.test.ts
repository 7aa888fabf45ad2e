import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { cellText } from "../../worker/data/file/columns.ts";
import { readCsv } from "../../worker/data/file/csv.ts";
import { decodeModel } from "../../worker/model/model-file.ts";
import { commandLineIn, type Ran } from "../support/command-line.ts";
import { removeFolder } from "../support/remove-folder.ts";

const italy = path.resolve("data/italy_power_demand_wide.csv");
let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-export-"));
  seqtune = commandLineIn(folder);
});
afterEach(() => removeFolder(folder));

function sweep(text: string): string {
  const file = path.join(folder, "sweep.yaml");
  writeFileSync(file, text);
  return file;
}

/** A CSV text as rows by column name. */
function table(text: string | Uint8Array): Record<string, string>[] {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const { columns, rows } = readCsv(bytes);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column.name, cellText(column, row) ?? ""])),
  );
}

const evaluation = z.looseObject({
  trials: z.tuple([z.looseObject({ test: z.record(z.string(), z.number()) })]),
});

describe("a trial's model, exported and used", () => {
  it("of folds is a committee everywhere: evaluated, exported and predicting the same", async () => {
    const file = sweep(`name: italy
data: {file: "${italy}", task: binary, layout: wide, targets: [label], split: {column: split}, folds: 3}
model: {loss: binary_crossentropy, hidden: 8, batch_size: 16}
parameters: {learning_rate: {values: [0.01, 0.02]}}
method: grid
metric: {name: val_loss}
budget: {trials: 2, epochs: 3}
workers: 1
`);
    expect((await seqtune("run", file)).code).toBe(0);
    const evaluated = evaluation.parse(JSON.parse((await seqtune("evaluate", "--json")).out));
    const exported = await seqtune("export", "italy", "best", "--out", "model");
    expect(exported).toMatchObject({ code: 0, out: expect.stringContaining("a committee of 3 networks") });
    const { members } = decodeModel(readFileSync(path.join(folder, "model", "model.safetensors")));
    expect(members).toHaveLength(3);
    expect(readFileSync(path.join(folder, "model", "README.md"), "utf8")).toContain(
      "This is a committee of 3 networks, each an LSTM network of 1 layer with 8 units",
    );
    const provenance: unknown = JSON.parse(
      readFileSync(path.join(folder, "model", "provenance.json"), "utf8"),
    );
    expect(provenance).toMatchObject({ networks: 3, test: evaluated.trials[0].test });

    const { code, out } = await seqtune("predict", "model", italy);
    expect(code).toBe(0);
    const said = table(out);
    const truth = table(readFileSync(italy));
    expect(said).toHaveLength(truth.length);
    const test = truth.flatMap((row, i) => (row["split"] === "test" ? [i] : []));
    const right = test.filter((i) => said[i]!["label"] === truth[i]!["label"]);
    expect(right.length / test.length).toBeCloseTo(evaluated.trials[0].test["test_accuracy"]!, 10);
  });

  it("forecasts what follows a series, with the times of the forecast", async () => {
    const rows = Array.from({ length: 90 }, (_, day) => {
      const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
      return `${date},${(10 + Math.sin(day / 3)).toFixed(4)}`;
    });
    writeFileSync(path.join(folder, "y.csv"), `t,y\n${rows.join("\n")}\n`);
    const file = sweep(`name: wave
data: {file: y.csv, time: t, targets: [y], window: 12, horizon: 2, predict: change}
model: {hidden: 8}
parameters: {learning_rate: {values: [0.02]}}
method: grid
budget: {trials: 1, epochs: 3}
workers: 1
`);
    expect((await seqtune("run", file)).code).toBe(0);
    expect((await seqtune("export")).code).toBe(0);
    const last = table((await seqtune("predict", "wave-0", "y.csv")).out);
    expect(last.map(({ line, step, time }) => [line, step, time])).toEqual([
      ["91", "1", "2020-03-31"],
      ["91", "2", "2020-04-01"],
    ]);
    expect(Number(last[0]!["y"])).toBeGreaterThan(8);
    const every = await seqtune("predict", "wave-0", "y.csv", "--every", "--out", "all.csv");
    expect(every).toEqual({ code: 0, out: "", err: expect.stringMatching(/(^|\n)79 predictions\n$/) });
    const all = table(readFileSync(path.join(folder, "all.csv")));
    expect(all).toHaveLength(2 * 79);
    // In a batch of another size sums are rounded otherwise.
    expect(Number(all.at(-1)!["y"])).toBeCloseTo(Number(last[1]!["y"]), 5);
    expect((await seqtune("export")).err).toContain(
      "wave-0 is not empty: remove it, or give another with --out",
    );
    expect((await seqtune("predict", "nowhere", "y.csv")).err).toContain(
      "nowhere does not exist: give the folder that seqtune run or seqtune export has written",
    );
    expect((await seqtune("predict", "wave", "y.csv")).err).toBe(
      "seqtune: wave is a study: give the folder of its model, seqtune.db.models/wave\n",
    );
    expect((await seqtune("predict", "seqtune.db", "y.csv")).err).toMatch(
      /seqtune\.db is a database of studies: give the folder of a study's model, .*seqtune\.db\.models\/STUDY/,
    );
    expect((await seqtune("predict", "sweep.yaml", "y.csv")).err).toMatch(
      /sweep\.yaml: not a readable model file .*: it begins as no such file does.* A model is the folder that/,
    );
  });
});
