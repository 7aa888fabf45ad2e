import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { digits, figure } from "../../orchestrator/views/numbers.ts";
import { commandLineIn, type Ran } from "../support/command-line.ts";
import { removeFolder } from "../support/remove-folder.ts";

const folder = mkdtempSync(path.join(tmpdir(), "seqtune-forecast-"));
const seqtune = commandLineIn(folder);
afterAll(() => removeFolder(folder));

async function forecast(...args: readonly string[]): Promise<Ran & { readonly csv: string }> {
  const ran = await seqtune("plot", "forecast", ...args, "--out", "forecast.html");
  return { ...ran, csv: readFileSync(path.join(folder, "forecast.html"), "utf8") };
}

/** A browser's own text of the page, where one is installed. */
function rendered(file: string): string | null {
  try {
    const args = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", `file://${file}`];
    return execFileSync("chromium", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

const boardOf = z.looseObject({
  metric: z.string(),
  trials: z.array(z.looseObject({ number: z.number(), value: z.number().nullable() })),
});

describe("a study's forecasts and report", () => {
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
    expect((await seqtune("run", file, "--report", "report.html")).code).toBe(0);
  });

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

  it("are written by run --report, with the numbers of the leaderboard and of the plots", async () => {
    const html = readFileSync(path.join(folder, "report.html"), "utf8");
    const { trials } = boardOf.parse(JSON.parse((await seqtune("leaderboard", "--json")).out));
    const best = trials[0]!;
    expect(html).toContain(`Trial ${best.number}: val_mse ${figure(best.value)} at epoch`);
    for (const { number, value } of trials)
      expect(html).toContain(
        `<td class="n">${number}</td><td>complete</td><td class="n">${digits(value)}</td>`,
      );
    await seqtune("plot", "history", "--out", "history.html");
    const plot = readFileSync(path.join(folder, "history.html"), "utf8");
    const sentence = /The best val_mse is [^<]*/.exec(plot)![0];
    expect(sentence).toContain(`${figure(best.value)}, by trial ${best.number}`);
    expect(html).toContain(sentence);
    expect(html).toMatch(/<div class="verdict \w+"><p>Trial [01] is /);
    expect(html).toContain("sunspots_yearly.csv");
  });

  it("opens in a browser with all its sections and pictures", (context) => {
    const dom = rendered(path.join(folder, "report.html"));
    if (dom === null) context.skip("chromium is not installed here");
    expect(dom!.match(/<h2>/g)!.length).toBeGreaterThan(11);
    expect(dom!.match(/<svg /g)!.length).toBeGreaterThanOrEqual(4);
    expect(dom).toContain("How to reproduce");
  });

  it("are refused before the training where the report has no place", async () => {
    const { code, err } = await seqtune(
      "run",
      path.join(folder, "sweep.yaml"),
      "--report",
      "no/such/report.html",
    );
    expect(code).toBe(1);
    expect(err).toContain("--report no/such/report.html: there is no folder ");
  });
});
