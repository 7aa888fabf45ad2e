import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLineIn, type Ran } from "../support/command-line.ts";

const folder = mkdtempSync(path.join(tmpdir(), "seqtune-forecast-"));
const seqtune = commandLineIn(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function forecast(...args: readonly string[]): Promise<Ran & { readonly csv: string }> {
  const ran = await seqtune("plot", "forecast", ...args, "--out", "forecast.html");
  return { ...ran, csv: readFileSync(path.join(folder, "forecast.html"), "utf8") };
}

describe("a study's forecasts", () => {
  beforeAll(async () => {
    const file = path.join(folder, "sweep.yaml");
    writeFileSync(
      file,
      `name: sun
data: {file: "${path.resolve("data/sunspots_yearly.csv")}", targets: [SUNACTIVITY], window: 12, horizon: 5, split: {train: 0.7, validation: 0.2}}
parameters: {learning_rate: {values: [0.01, 0.00001]}}
method: grid
metric: {name: val_mse}
budget: {trials: 2, epochs: 3}
workers: 1
`,
    );
    expect((await seqtune("run", file)).code).toBe(0);
  }, 60_000);

  it("are recorded of the best trial when it ends", async () => {
    const { code, csv } = await forecast();
    expect(code).toBe(0);
    expect(csv).toMatch(/Forecast against truth: trial [01] on validation rows/);
    expect(csv).toContain("SUNACTIVITY: error by step");
    expect(csv).toMatch(/SUNACTIVITY after line 2\d\d/);
    expect(csv).not.toContain("NaN");
  });

  it("come from a worker for any other trial", async () => {
    const [zero, one] = [await forecast("--trial", "0"), await forecast("--trial", "1")];
    expect(zero.csv).toContain("trial 0 on validation rows");
    expect(one.csv).toContain("trial 1 on validation rows");
    expect(zero.csv).not.toEqual(one.csv.replaceAll("trial 1", "trial 0"));
  });
});
