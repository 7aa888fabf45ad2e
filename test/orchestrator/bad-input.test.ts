import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { commandLineIn, type Ran } from "../support/command-line.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-bad-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const seqtune = (...args: readonly string[]): Promise<Ran> => commandLineIn(folder)(...args);

/** 200 hourly rows with a daily wave. */
function goodCsv(rows = 200): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const time = new Date(Date.UTC(2020, 0, 1, row)).toISOString().slice(0, 19).replace("T", " ");
    return `${time},${Math.sin((row * Math.PI) / 12).toFixed(4)}`;
  });
  return `${["date,y", ...lines].join("\n")}\n`;
}

interface SweepParts {
  readonly data?: string;
  readonly parameters?: string;
  readonly model?: string;
  readonly horizon?: number;
  readonly file?: string;
}

async function writeSweep(parts: SweepParts = {}): Promise<string> {
  const file = path.join(folder, "sweep.yaml");
  const { data = "", parameters = "  learning_rate: { values: [0.01] }", model = "{}" } = parts;
  await writeFile(
    file,
    `name: bad
method: grid
data:
  file: ${parts.file ?? "data.csv"}
  time: date
  targets: [y]
  window: 8
  horizon: ${parts.horizon ?? 2}
${data}
model: ${model}
parameters:
${parameters}
budget: { epochs: 1 }
workers: 1
`,
  );
  return file;
}

/** Runs the sweep and expects one clear sentence, exit code 1, no stack, no study, and no output but what would have begun. */
async function refused(sweep: string, ...more: readonly string[]): Promise<string> {
  const { code, out, err } = await seqtune("run", sweep, ...more);
  expect(code).toBe(1);
  expect(out).toMatch(/^(sweep bad: trials of up to 1 epoch, \S+\n)?$/);
  expect(err).not.toMatch(/^\s+at /m);
  expect(err).not.toContain("internal error");
  return err;
}

async function refusedData(csv: string, data = ""): Promise<string> {
  await writeFile(path.join(folder, "data.csv"), csv);
  const err = await refused(await writeSweep({ data }));
  expect(err).toContain(`seqtune: ${path.join(folder, "data.csv")}: `);
  return err;
}

/** Samples of two steps, a class each. */
async function refusedSamples(classes: readonly string[], data: string): Promise<string> {
  const rows = classes.map((name, row) => `${name},${row},${(row * 7) % 5}`);
  await writeFile(path.join(folder, "data.csv"), `class,a,b\n${rows.join("\n")}\n`);
  const file = path.join(folder, "sweep.yaml");
  await writeFile(
    file,
    `name: bad
method: grid
data: {file: data.csv, task: binary, layout: wide, targets: [class], ${data}}
model: {loss: binary_crossentropy}
parameters: {learning_rate: {values: [0.01]}}
budget: {epochs: 1}
workers: 1
`,
  );
  const err = await refused(file);
  expect(err).toContain(`seqtune: ${path.join(folder, "data.csv")}: `);
  return err;
}

describe("bad data ends with one clear sentence", () => {
  it("missing file", async () => {
    expect(await refused(await writeSweep())).toContain(
      `the data file ${path.join(folder, "data.csv")} does not exist`,
    );
  });
  it("empty file", async () => {
    expect(await refusedData("")).toMatch(/empty/);
  });
  it("header only", async () => {
    expect(await refusedData("date,y\n")).toMatch(/no rows|header/);
  });
  it("one row", async () => {
    expect(await refusedData(goodCsv(1))).toMatch(/row/);
  });
  it("text in the target column", async () => {
    const csv = goodCsv().replace(/^(2020-01-02 00:00:00),.*$/m, "$1,off");
    expect(await refusedData(csv)).toMatch(/line 26.*"off"|"off".*line 26/);
  });
  it("NaN in the target column", async () => {
    const csv = goodCsv().replace(/^(2020-01-02 00:00:00),.*$/m, "$1,NaN");
    expect(await refusedData(csv)).toMatch(/line 26/);
  });
  it("infinity in the target column", async () => {
    const csv = goodCsv().replace(/^(2020-01-02 00:00:00),.*$/m, "$1,Infinity");
    expect(await refusedData(csv)).toMatch(/line 26/);
  });
  it("a window longer than the data", async () => {
    await writeFile(path.join(folder, "data.csv"), goodCsv());
    const sweep = await writeSweep({ parameters: "  window: { values: [8, 5000] }" });
    expect(await refused(sweep)).toMatch(/window/);
  });
  it("a target that never changes", async () => {
    const csv = goodCsv().replace(/,.*$/gm, (cell) => (cell === ",y" ? cell : ",5"));
    expect(await refusedData(csv)).toContain('"y" has the same value in all training rows: choose another');
  });
  it("missing values that no setting covers", async () => {
    const csv = goodCsv().replace(/^(2020-01-02 00:00:00),.*$/m, "$1,");
    expect(await refusedData(csv)).toContain("line 26: set `missing` to ffill, linear, drop or mask");
  });
  it("a part with one sample", async () => {
    expect(await refusedData(goodCsv(), "  split: { train: 198, validation: 2, test: 0 }")).toContain(
      "validation part has 2 rows, which gives one window only: give it at least 3 of them",
    );
    const classes = ["x", "y", "x"];
    expect(await refusedSamples(classes, "split: {train: 0.7, validation: 0.2}")).toContain(
      "too few to say anything: change `split` or give more samples",
    );
  });
  it("a class that is missing from the training rows", async () => {
    const classes = Array.from({ length: 20 }, (_, row) => (row < 12 ? "x" : "y"));
    expect(await refusedSamples(classes, "split: {train: 10, validation: 5}")).toContain(
      'the class "y" of column "class" (line 14) does not occur in the training rows: change `split`',
    );
  });
  it("more folds than there are samples for", async () => {
    const classes = Array.from({ length: 20 }, (_, row) => (row % 2 === 0 ? "x" : "y"));
    expect(await refusedSamples(classes, "split: {train: 0.6, validation: 0.2}, folds: 10")).toContain(
      "`folds: 10` needs 20 samples for training and validation, two to validate on in each fold, and there are 16 of 20: lower `folds`",
    );
  });
  it("a line of 20 MB", async () => {
    const line = Buffer.alloc(20 * 1024 * 1024, "7");
    await writeFile(path.join(folder, "data.csv"), Buffer.concat([Buffer.from("date,y\n"), line]));
    expect(await refused(await writeSweep())).toMatch(/line 2/);
  });
});

describe("a bad sweep file ends with every error at its place", () => {
  it.each([
    ["horizon 0", { horizon: 0 }, /data\.horizon/],
    ["an unknown optimizer", { model: "{ optimizer: adma }" }, /did you mean adam/i],
    ["min above max", { parameters: "  learning_rate: { min: 0.1, max: 0.01 }" }, /min/],
    [
      "a log range that touches 0",
      { parameters: "  learning_rate: { min: 0, max: 0.01, distribution: log_uniform }" },
      /0/,
    ],
  ] as const)("%s", async (_, parts, expected) => {
    await writeFile(path.join(folder, "data.csv"), goodCsv());
    const file = await writeSweep(parts);
    const err = await refused(file);
    expect(err).toMatch(expected);
    expect(err).toMatch(/sweep\.yaml:\d+:\d+/);
  });

  it("no such sweep file", async () => {
    expect(await refused(path.join(folder, "none.yaml"))).toContain("none.yaml");
  });
});

describe("a database that cannot be used", () => {
  beforeEach(async () => {
    await writeFile(path.join(folder, "data.csv"), goodCsv());
  });

  it("an explicit study name that is taken", async () => {
    const store = openStore(path.join(folder, "seqtune.db"));
    store.createStudy({
      name: "mine",
      key: "k1",
      goal: "minimize",
      metric: "val_mse",
      seed: 1,
      source: "",
      config: {},
      data: { sha256: "a".repeat(64), bytes: 1, file: "x" },
      versions: {},
      baselines: [],
      at: 0,
    });
    store.close();
    expect(await refused(await writeSweep(), "--name", "mine")).toContain(
      'a study named "mine" exists already',
    );
  });

  it("a file that is not a database, left as it was", async () => {
    const file = path.join(folder, "notes.db");
    await writeFile(
      file,
      "dear diary, this is not a database at all, not even a little, nothing of the sort\n",
    );
    expect(await refused(await writeSweep(), "--db", file)).toContain("notes.db");
  });

  it("a database of a newer version", async () => {
    const file = path.join(folder, "newer.db");
    openStore(file).close();
    const db = new Database(file);
    db.pragma("user_version = 999");
    db.close();
    expect(await refused(await writeSweep(), "--db", file)).toMatch(/newer/);
  });

  it("a folder that cannot be written", async () => {
    expect(await refused(await writeSweep(), "--db", "/proc/seqtune.db")).toContain("/proc");
    expect(existsSync("/proc/seqtune.db")).toBe(false);
  });

  it("a folder that does not exist", async () => {
    expect(await refused(await writeSweep(), "--db", path.join(folder, "no", "x.db"))).toMatch(
      /the folder \S+no does not exist; create it/,
    );
  });
});
