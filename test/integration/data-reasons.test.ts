import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { commandLineIn, type Ran } from "../support/command-line.ts";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;
const reason = (): string =>
  `${path.join(folder, "waves.csv")}: 1 value of column "y" is missing, the first on line 7`;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-reasons-"));
  seqtune = commandLineIn(folder);
  const rows = Array.from({ length: 90 }, (_, t) => (t === 5 ? "NA" : Math.sin(t / 3).toFixed(4)));
  writeFileSync(path.join(folder, "waves.csv"), `y\n${rows.join("\n")}\n`);
});
afterAll(() => removeFolder(folder));

/** A sweep whose first trial, and others, cannot use the data, which only their worker finds out. */
function sweep(rate: string): string {
  const file = path.join(folder, "sweep.yaml");
  writeFileSync(
    file,
    `name: gap
data: {file: waves.csv, targets: [y], window: 12}
model: {hidden: 4}
method: {name: random}
parameters:
  missing: {values: [linear, error]}
  learning_rate: {min: 0.001, max: 0.1${rate}}
enqueue: [{missing: error, learning_rate: 0.01}]
budget: {trials: 4, epochs: 1}
workers: 1
`,
  );
  return file;
}

describe("a trial that fails on its data", () => {
  it("names the file as people do, wherever its reason is read", async () => {
    const events = await seqtune("run", sweep(""), "--json");
    expect(events.code).toBe(0);
    const ended = events.out.split("\n").find((line) => line.includes('"outcome":"failed"'))!;
    const { trial, reason: told } = JSON.parse(ended) as { trial: number; reason: string };
    expect(told).toContain(`bad_data: ${reason()}`);
    expect((await seqtune("show", String(trial))).out).toContain(`bad_data: ${reason()}`);
    expect((await seqtune("leaderboard", "--json")).out).toContain(JSON.stringify(told));
  });

  it("does not name the data when the weights are missing", async () => {
    await seqtune("run", sweep(""), "--quiet");
    const [, weights] = /^weights of epoch 1 .*: (\/.*)$/m.exec((await seqtune("show", "best")).out)!;
    rmSync(weights!);
    const { code, err } = await seqtune("evaluate");
    expect(code).toBe(1);
    expect(err).toContain(path.basename(weights!).slice(0, 12));
    expect(err).not.toContain("waves.csv");
  });

  it("names it in the notice of a range test, too", async () => {
    const { code, out } = await seqtune("run", sweep(", range_test: true"), "--plain");
    expect(code).toBe(0);
    expect(out).toMatch(/^note: range test: the whole range .* the range test failed: /m);
    expect(out).toContain(`the range test failed: ${reason()}`);
  });
});

it("check and run warn of an input column that is empty in every row", async () => {
  const file = sweep("");
  const data = path.join(folder, "waves.csv");
  const rows = readFileSync(data, "utf8").trimEnd().split("\n");
  writeFileSync(data, rows.map((row, line) => `${row},${line === 0 ? "humidity" : ""}\n`).join(""));
  const sentence = 'column "humidity" has no value in any row and is left out of the inputs: fill it, ';
  writeFileSync(
    file,
    readFileSync(file, "utf8")
      .replace("[linear, error]", "[linear, ffill]")
      .replace(/^enqueue.*\n/m, ""),
  );
  const checked = await seqtune("check", file);
  expect(checked.code, checked.err).toBe(0);
  expect(checked.out).toContain(`warning: ${sentence}`);
  const ran = await seqtune("run", file, "--quiet");
  expect(ran.code).toBe(0);
  expect(ran.err).toContain(`note: ${data}: ${sentence}`);
});

describe("an engine that does not run here", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("is refused before there is a study", async () => {
    vi.stubEnv("SEQTUNE_CUDA_DRIVER", path.join(folder, "no-driver.so"));
    const { code, err } = await seqtune("run", sweep(""), "--engine", "cuda", "--db", "none.db");
    expect(code).toBe(1);
    expect(err).toMatch(/^seqtune: engine cuda does not run here: .*\. To get it: .*leave the engine out\n$/);
    expect(existsSync(path.join(folder, "none.db"))).toBe(false);
  });
});
