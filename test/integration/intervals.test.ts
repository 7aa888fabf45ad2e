import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rngFor } from "../../search/random.ts";
import { commandLineIn, type Ran } from "../support/command-line.ts";

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
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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
