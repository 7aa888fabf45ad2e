import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rngFor } from "../../search/random.ts";
import { commandLineIn, type Ran } from "../support/command-line.ts";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

const days = 600;
/** Training rows end after 420, validation rows after 510. */
const firstTest = 510;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-refit-"));
  seqtune = commandLineIn(folder);
  write("y.csv", values());
  writeFileSync(
    path.join(folder, "sweep.yaml"),
    `name: wave
data: {file: y.csv, time: t, targets: [y], window: 12, horizon: 2, predict: change}
model: {hidden: 8, schedule: reduce_on_plateau, schedule_patience: 1}
parameters: {learning_rate: {values: [0.01]}}
method: grid
budget: {trials: 1, epochs: 4}
workers: 1
`,
  );
});
afterEach(() => removeFolder(folder));

function values(): number[] {
  const rng = rngFor(1, "refit");
  return Array.from({ length: days }, (_, t) => Number((Math.sin(t / 3) + 0.2 * rng.normal()).toFixed(4)));
}

function write(name: string, numbers: readonly number[]): void {
  const rows = numbers.map(
    (y, day) => `${new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10)},${y}`,
  );
  writeFileSync(path.join(folder, name), `t,y\n${rows.join("\n")}\n`);
}

interface Row {
  readonly line: number;
  readonly time: string;
  readonly step: number;
  readonly truth: number;
  readonly said: number;
  readonly low: number;
  readonly high: number;
}

function csvRows(name: string): Row[] {
  const [header, ...lines] = readFileSync(path.join(folder, name), "utf8").trimEnd().split("\r\n");
  expect(header).toBe("trial,line,time,step,y truth,y predicted,y low,y high");
  return lines.map((text) => {
    const cells = text.split(",");
    const [, line, , step, truth, said, low, high] = cells.map(Number);
    return { line: line!, time: cells[2]!, step: step!, truth: truth!, said: said!, low: low!, high: high! };
  });
}

/** By hash. */
function filesKept(): string[] {
  const names = readdirSync(path.join(folder, "seqtune.db.files"), { recursive: true, encoding: "utf8" });
  return names.filter((name) => path.basename(name).length > 60);
}

function rawError(rows: readonly Row[]): number {
  return Math.sqrt(rows.reduce((sum, { said, truth }) => sum + (said - truth) ** 2, 0) / rows.length);
}

interface Scored {
  readonly test: { readonly test_rmse_raw: number };
  readonly seen: { readonly samples: number; readonly until: string };
  readonly verdict: { readonly sentence: string };
}

describe("predictions beside the truth", () => {
  it("stand in a table with times, steps and bounds, and give the scores that evaluate prints", async () => {
    await seqtune("run", path.join(folder, "sweep.yaml"), "--quiet");
    const { out } = await seqtune("evaluate", "wave", "--csv", "said.csv", "--json");
    const found = JSON.parse(out) as { readonly trials: readonly Scored[] };
    const rows = csvRows("said.csv");
    const truth = values();
    expect(rows).toHaveLength(2 * (days - firstTest - 1));
    for (const row of rows) expect(row.truth).toBe(truth[row.line - 2]);
    expect(rows.slice(0, 3).map(({ time, step }) => [time, step])).toEqual([
      ["2021-05-25", 1],
      ["2021-05-26", 2],
      ["2021-05-26", 1],
    ]);
    expect(rawError(rows)).toBeCloseTo(found.trials[0]!.test.test_rmse_raw, 10);
    expect(rows.every(({ low, said, high }) => low < said && said < high)).toBe(true);
  });
});

describe("a refit", () => {
  it("sees the validation rows, says so everywhere, and claims nothing that it was not scored on", async () => {
    await seqtune("run", path.join(folder, "sweep.yaml"), "--quiet");
    const files = filesKept();
    const { out } = await seqtune("evaluate", "wave", "--refit", "--csv", "said.csv", "--json");
    const { refit } = JSON.parse(out) as { readonly refit: Scored };
    // 510 rows less a window of 12 and a horizon of 2, the ends counted.
    expect(refit.seen).toEqual({ samples: 497, from: "2020-01-01", until: "2021-05-24" });
    expect(rawError(csvRows("said.csv"))).toBeCloseTo(refit.test.test_rmse_raw, 10);
    const { out: shown } = await seqtune("evaluate", "wave", "--refit");
    expect(shown).toMatch(
      /refit {2}trained again for \d epochs? on 497 training and validation samples, until 2021-05-24/,
    );
    expect(shown).toContain("verdict  trial 0, refitted, is ");

    const written = await seqtune("export", "wave", "--refit");
    expect(written.out).toContain("trained on 497 training and validation samples, until 2021-05-24");
    const read = (name: string): string => readFileSync(path.join(folder, "wave-0-refit", name), "utf8");
    expect(read("README.md")).toContain("No row is left that says how good it is");
    expect(JSON.parse(read("provenance.json"))).toMatchObject({
      metrics: {},
      test: null,
      verdict: null,
      metric: { value: null },
      refit: { samples: 497, before: { metrics: { val_mse: expect.any(Number) as number } } },
    });
    // What it says of the first test rows is what was scored.
    write("known.csv", values().slice(0, firstTest));
    const said = await seqtune("predict", "wave-0-refit", "known.csv");
    expect(said.err).toContain(
      "note: the model was trained once more, on 497 training and validation samples",
    );
    const [first, second] = said.out
      .split("\r\n")
      .slice(1)
      .map((line) => Number(line.split(",")[3]));
    const [one, two] = csvRows("said.csv");
    expect(first).toBeCloseTo(one!.said, 4);
    expect(second).toBeCloseTo(two!.said, 4);
    expect(filesKept()).toEqual(files);
  });

  it("takes the place of folds of samples by one network on all of them", async () => {
    const italy = path.resolve("data/italy_power_demand_wide.csv");
    writeFileSync(
      path.join(folder, "italy.yaml"),
      `name: italy
data: {file: "${italy}", task: binary, layout: wide, targets: [label], split: {column: split}, folds: 3}
model: {hidden: 8, batch_size: 16}
parameters: {learning_rate: {values: [0.02]}}
method: grid
budget: {trials: 1, epochs: 3}
workers: 1
`,
    );
    await seqtune("run", path.join(folder, "italy.yaml"), "--quiet");
    const { out } = await seqtune("evaluate", "italy", "--refit", "--csv", "said.csv", "--json");
    const { refit } = JSON.parse(out) as {
      readonly refit: { readonly test: Record<string, number>; readonly seen: object };
    };
    expect(refit.seen).toEqual({ samples: 67 });
    const [header, ...lines] = readFileSync(path.join(folder, "said.csv"), "utf8").trimEnd().split("\r\n");
    expect(header).toBe("trial,line,label truth,label predicted,label=2");
    const right = lines.filter((line) => line.split(",")[2] === line.split(",")[3]);
    expect(right.length / lines.length).toBeCloseTo(refit.test["test_accuracy"]!, 10);
    expect((await seqtune("evaluate", "italy", "--backtest", "3")).err).toContain(
      "a backtest moves forward in time, and samples (`layout: wide`) have no order: run seqtune evaluate without it",
    );
  });
});

describe("a backtest", () => {
  it("trains before each part on everything earlier, and on nothing later", async () => {
    await seqtune("run", path.join(folder, "sweep.yaml"), "--quiet");
    const { out, err } = await seqtune("evaluate", "wave", "--backtest", "3", "--csv", "parts.csv", "--json");
    const found = JSON.parse(out) as Scored & {
      readonly parts: readonly (Scored & { readonly windows: number })[];
    };
    expect(found.parts.map(({ seen }) => seen.until)).toEqual(["2021-05-24", "2021-06-23", "2021-07-23"]);
    expect(found.parts.map(({ windows }) => windows)).toEqual([29, 29, 29]);
    expect(found.verdict.sentence).toContain("on 87 test samples");
    expect(err).toContain("part 3 of 3: trained on 557 samples");
    const rows = csvRows("parts.csv");
    for (const [i, part] of found.parts.entries())
      expect(rawError(rows.slice(58 * i, 58 * (i + 1)))).toBeCloseTo(part.test.test_rmse_raw, 10);
    // The first part is what a refit says of those rows.
    await seqtune("evaluate", "wave", "--refit", "--csv", "refit.csv");
    expect(rows.slice(0, 58)).toEqual(csvRows("refit.csv").slice(0, 58));

    // Rows after the second part change nothing before them.
    write(
      "y.csv",
      values().map((y, day) => (day < firstTest + 60 ? y : 50 + y)),
    );
    await seqtune("run", path.join(folder, "sweep.yaml"), "--quiet", "--name", "later");
    await seqtune("evaluate", "later", "--backtest", "3", "--csv", "later.csv");
    expect(csvRows("later.csv").slice(0, 116)).toEqual(rows.slice(0, 116));
    const shown = await seqtune("evaluate", "wave", "--backtest", "2");
    expect(shown.out).toMatch(/part {2}trained until {2}samples {2}test_mse/);
    expect((await seqtune("evaluate", "wave", "--backtest", "200")).err).toContain(
      "the 90 test rows cannot be cut into 200 parts: ask for fewer",
    );
    expect((await seqtune("evaluate", "wave", "--backtest", "1")).err).toContain(
      "--backtest needs 2 parts or more",
    );
  });
});
