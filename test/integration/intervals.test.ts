import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rngFor } from "../../search/random.ts";
import { commandLineIn, type Ran } from "../support/command-line.ts";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-intervals-"));
  seqtune = commandLineIn(folder);
  const rng = rngFor(1, "intervals");
  const rows = Array.from({ length: 900 }, (_, t) => (Math.sin(t / 3) + 0.3 * rng.normal()).toFixed(4));
  writeFileSync(path.join(folder, "y.csv"), `y\n${rows.join("\n")}\n`);
  writeFileSync(
    path.join(folder, "sweep.yaml"),
    `name: wave
data: {file: y.csv, targets: [y], window: 12, horizon: 2}
model: {hidden: 8}
parameters: {learning_rate: {values: [0.01]}}
method: grid
budget: {trials: 1, epochs: 3}
workers: 1
`,
  );
});
afterEach(() => removeFolder(folder));

interface Quantiles {
  readonly trials: readonly {
    readonly test: { readonly test_pinball: number; readonly test_mae: number };
    readonly quantiles: readonly { readonly below: readonly number[]; readonly within: number }[];
  }[];
}

describe("a model of quantiles", () => {
  it.each(["native", "wasm", "tfjs-cpu"])(
    "predicts them in order, and tells how many values they held: %s",
    async (engine) => {
      const file = path.join(folder, "sweep.yaml");
      const text = readFileSync(file, "utf8")
        .replace("{hidden: 8}", "{hidden: 8, loss: quantile, quantiles: [0.1, 0.5, 0.9]}")
        .replace("epochs: 3", "epochs: 6")
        .replace("[0.01]", "[0.02]");
      writeFileSync(file, text.replace("workers: 1", `workers: {count: 1, engine: ${engine}}`));
      expect((await seqtune("run", file, "--quiet")).code).toBe(0);
      const { out } = await seqtune("evaluate", "wave", "--json", "--csv", "said.csv");
      const [{ quantiles, test }] = (JSON.parse(out) as Quantiles).trials as [Quantiles["trials"][number]];
      const { below, within } = quantiles[0]!;
      expect(within).toBeGreaterThan(0.65);
      expect(within).toBeLessThan(0.95);
      expect(below[1]).toBeGreaterThan(0.3);
      expect(below[1]).toBeLessThan(0.7);
      const [header, ...lines] = readFileSync(path.join(folder, "said.csv"), "utf8").trimEnd().split("\r\n");
      expect(header).toBe("trial,line,step,y truth,y predicted,y low,y high,y q0.1,y q0.5,y q0.9");
      const rows = lines.map((line) => line.split(",").map(Number));
      for (const row of rows) {
        const [low, middle, high] = row.slice(7) as [number, number, number];
        expect(low).toBeLessThanOrEqual(middle);
        expect(middle).toBeLessThanOrEqual(high);
        expect(middle).toBe(row[4]);
      }
      const held = rows.filter((row) => row[3]! >= row[7]! && row[3]! <= row[9]!).length / rows.length;
      expect(held).toBeCloseTo(within, 10);
      // A median alone loses half its absolute error.
      expect(test.test_pinball).toBeLessThan(test.test_mae / 2);
      const predicted = await seqtune("predict", path.join("seqtune.db.models", "wave"), "y.csv");
      expect(predicted.out).toMatch(/^line,step,y,y q0.1,y q0.5,y q0.9\r\n901,1,/);
    },
  );
});

interface Evaluation {
  readonly trials: readonly {
    readonly intervals: readonly { readonly widths: readonly number[]; readonly coverage: number }[];
  }[];
}

describe("intervals from the errors on the validation rows", () => {
  it("hold about nine of ten test values, and stand beside the predictions of the model at home", async () => {
    await seqtune("run", path.join(folder, "sweep.yaml"), "--quiet");
    const { out } = await seqtune("evaluate", "wave", "--json");
    const [{ intervals }] = (JSON.parse(out) as Evaluation).trials as [Evaluation["trials"][number]];
    expect(intervals[0]!.coverage).toBeGreaterThan(0.8);
    expect(intervals[0]!.coverage).toBeLessThan(1);
    expect((await seqtune("evaluate", "wave")).out).toMatch(
      /intervals {2}90 % of y were expected within ±.* of what the best says; of the test values \d+ % were/,
    );
    const model = path.join("seqtune.db.models", "wave");
    const { out: csv } = await seqtune("predict", model, "y.csv", "--intervals");
    const [header, first] = csv.split("\r\n");
    expect(header).toBe("line,step,y,y low,y high");
    const [said, low, high] = first!.split(",").slice(2).map(Number) as [number, number, number];
    expect(said - low).toBeCloseTo(intervals[0]!.widths[0]!, 5);
    expect(high - said).toBeCloseTo(intervals[0]!.widths[0]!, 5);
    await seqtune("export", "wave", "--baseline", "linear", "--out", "linear");
    expect((await seqtune("predict", "linear", "y.csv")).out).toMatch(/^line,step,y\r\n901,1,-?\d/);
    expect((await seqtune("predict", "linear", "y.csv", "--intervals")).err).toContain("holds no intervals");
  });
});

interface ByStep {
  readonly trials: readonly {
    readonly step_rmse: readonly {
      readonly target: string;
      readonly model: readonly number[];
      readonly baselines: readonly { readonly name: string; readonly errors: readonly number[] }[];
    }[];
  }[];
}

describe("errors at each step of the horizon", () => {
  it("are those of the predictions beside the truth, with the baselines' below", async () => {
    await seqtune("run", path.join(folder, "sweep.yaml"), "--quiet");
    const { out } = await seqtune("evaluate", "wave", "--json", "--csv", "said.csv");
    const [trial] = (JSON.parse(out) as ByStep).trials;
    const [errors] = trial!.step_rmse;
    const rows = readFileSync(path.join(folder, "said.csv"), "utf8")
      .trimEnd()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(",").map(Number));
    for (const step of [1, 2]) {
      const squares = rows.filter((row) => row[2] === step).map((row) => (row[4]! - row[3]!) ** 2);
      const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
      expect(errors!.model[step - 1]).toBeCloseTo(Math.sqrt(mean), 9);
    }
    expect(errors!.baselines.map(({ name }) => name)).toContain("linear");
    const said = (await seqtune("evaluate", "wave")).out;
    expect(said).toMatch(/^RMSE of y at step +1 +2\ntrial 0 +0\.\d+ +0\.\d+\n/m);
    expect(said).toMatch(/^linear +0\.\d+ +0\.\d+$/m);
  });
});
