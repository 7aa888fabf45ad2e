import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Comparison } from "../../../orchestrator/simulate/compare.ts";
import { commandLineIn, type Ran } from "../../support/command-line.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

const sweep = `data: {file: y.csv, targets: [y]}
parameters:
  learning_rate: {min: 0.001, max: 1, distribution: log_uniform}
  hidden: {min: 8, max: 64}
budget: {trials: 9, epochs: 10}
`;

/** The nearer a learning rate is to 0.03, the lower its curve; the largest diverge. */
const rates = Array.from({ length: 40 }, (_, index) => 0.001 * 1000 ** (index / 39));
const curves = {
  task: "made up",
  hyperparameters: ["learning_rate"],
  configs: rates.map((rate) => [rate]),
  valid_loss: rates.map((rate) =>
    Array.from({ length: 10 }, (_, index) =>
      rate > 0.7 && index > 3 ? null : (Math.log10(rate) + 1.5) ** 2 + 1 / (index + 1),
    ),
  ),
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-simulate-"));
  seqtune = commandLineIn(folder);
  await writeFile(path.join(folder, "sweep.yaml"), sweep);
  await writeFile(path.join(folder, "curves.json"), JSON.stringify(curves));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function compared(...args: readonly string[]): Promise<Comparison> {
  const ran = await seqtune("simulate", "sweep.yaml", "--curves", "curves.json", "--json", ...args);
  expect(ran).toMatchObject({ code: 0, err: "" });
  return JSON.parse(ran.out) as Comparison;
}

it("compares strategies on the same seeds", async () => {
  const list = ["none", "median", "asha", "tpe+{type: asha, mode: stop, eta: 3}"];
  const { strategies, ...about } = await compared("--compare", list.join(","), "--seeds", "5");
  expect(about).toMatchObject({
    recording: { name: "made up", curves: 40, epochs: 10 },
    matched: ["learning_rate"],
    unknown: ["hidden"],
    seeds: 5,
  });
  expect(strategies.map(({ name }) => name)).toEqual(list);
  const [none, , asha] = strategies;
  expect(none).toMatchObject({ trials: 9, difference: { mean: 0 } });
  expect(asha!.trials).toBe(9);
  expect(asha!.epochs).toBeLessThan(none!.epochs);
  for (const { regret } of strategies) {
    const means = regret.map(({ mean }) => mean);
    expect(means).toEqual(means.toSorted((a, b) => b - a));
    expect(means.at(-1)).toBeGreaterThanOrEqual(0);
  }
});

it("seqtune simulate gives every strategy the same epochs when asked to", async () => {
  const { strategies } = await compared("--compare", "none,asha", "--same-epochs", "--seeds", "3");
  for (const { epochs } of strategies) expect(epochs).toBe(90);
  expect(strategies[1]!.trials).toBeGreaterThan(strategies[0]!.trials);
});

it("seqtune simulate knows what a study of this sweep would know", async () => {
  await writeFile(path.join(folder, "known.csv"), "learning_rate,hidden,val_mse\n0.03,16,0.01\n0.5,16,2\n");
  await writeFile(path.join(folder, "sweep.yaml"), `${sweep}known: {csv: known.csv}\n`);
  const args = ["simulate", "sweep.yaml", "--curves", "curves.json", "--json", "--compare", "random,tpe"];
  const ran = await seqtune(...args, "--seeds", "4");
  expect(ran.code).toBe(0);
  expect(ran.err).toMatch(/^the search knows 2 results of .*known\.csv\n$/);
  const told = JSON.parse(ran.out) as Comparison;

  await writeFile(path.join(folder, "sweep.yaml"), sweep);
  const untold = await compared("--compare", "random,tpe", "--seeds", "4");
  expect(told.strategies[0]).toEqual(untold.strategies[0]); // random search learns nothing
  expect(told.strategies[1]).not.toEqual(untold.strategies[1]);
});

it("seqtune simulate says what it leaves out of a sweep with range tests, and refuses one of nothing else", async () => {
  const narrowed = sweep.replace("log_uniform}", "log_uniform, range_test: true}");
  await writeFile(path.join(folder, "sweep.yaml"), narrowed);
  const args = ["simulate", "sweep.yaml", "--curves", "curves.json", "--seeds", "2"];
  const ran = await seqtune(...args);
  expect(ran.code).toBe(0);
  expect(ran.err).toBe(
    "range tests have no part in a simulation: the learning rate is searched from its min to its max\n",
  );
  const tests =
    "method: lr_range\ndata: {file: y.csv, targets: [y]}\nparameters: {hidden: {values: [8, 16]}}\n";
  await writeFile(path.join(folder, "sweep.yaml"), tests);
  const refused = await seqtune(...args);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("the sweep runs range tests (method lr_range)");
});

it("seqtune simulate names no error of what every study found alike", async () => {
  const one = { ...curves, configs: [[0.03]], valid_loss: [curves.valid_loss[20]] };
  await writeFile(path.join(folder, "one.json"), JSON.stringify(one));
  const { out } = await seqtune("simulate", "sweep.yaml", "--curves", "one.json", "--seeds", "7");
  expect(out).toMatch(/^sweep +0\.\d+ ± 0 /m);
});

it("prints a table", async () => {
  const { out } = await seqtune(
    "simulate",
    "sweep.yaml",
    "--curves",
    "curves.json",
    "--seeds",
    "2",
    "--workers",
    "4",
  );
  expect(out).toContain("made up: 40 recorded curves of up to 10 epochs; val_loss, lower is better");
  expect(out).toContain("2 studies per strategy, 4 virtual workers");
  expect(out).toMatch(/^strategy +best val_loss +regret 25% +regret 50% +regret 100% +rank/m);
  expect(out).toMatch(/^sweep +\d/m);
  expect(out).toContain("not recorded, so without effect here: hidden");
});

it.each([
  [["--compare", "median,tpu"], 'cannot compare "tpu"; allowed: sweep, none, random,'],
  [["--compare", "median,tpu"], "asha, hyperband, chance, thaw, threshold, {type: patience, patience: …}"],
  [
    ["--compare", "percentile"],
    'cannot compare "percentile": percentile: this key is missing; allowed: a number from 0 to 100; write {type: percentile, percentile: …}',
  ],
  [
    ["--compare", "{type: asha, eta: 1}"],
    'cannot compare "{type: asha, eta: 1}": eta: found 1; allowed: a number above 1 and of at most 1000',
  ],
  [["--compare", "tpe+gp"], 'cannot compare "tpe+gp": tpe and gp are both methods of search; keep one'],
  [["--compare", "none+median"], 'cannot compare "none+median": none is without early termination'],
  [["--compare", "median+none"], 'cannot compare "median+none": none is without early termination'],
  [["--compare", "{type: asha"], 'cannot read "{type: asha"; write it as in a sweep file'],
  [["--compare", "{type: asha, min_epochs: 11}"], "min_epochs must be at most epochs (10); received 11"],
  [["--compare", "asha+thaw"], "asha and thaw both decide which paused trial continues"],
  [["--compare", "grid"], 'cannot compare "grid": parameter "learning_rate" is continuous'],
  [["--curves", "nothing.json"], "the file of recorded curves nothing.json cannot be read"],
  [["--curves", "sweep.json"], "sweep.json does not hold recorded curves: task: "],
  [
    ["--curves", "other.json"],
    "no parameter of the sweep (learning_rate, hidden) is in the records of other (l1)",
  ],
])("refuses %j in one sentence", async (args, words) => {
  await writeFile(path.join(folder, "sweep.json"), "{}");
  const other = { ...curves, task: "other", hyperparameters: ["l1"] };
  await writeFile(path.join(folder, "other.json"), JSON.stringify(other));
  const ran = await seqtune("simulate", "sweep.yaml", "--curves", "curves.json", ...args);
  expect(ran.code).toBe(1);
  expect(ran.err).toContain(words);
  expect(ran.err.trim().split("\n")).toHaveLength(1);
});
