import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { methods } from "../../orchestrator/config/methods.ts";
import { pruners } from "../../orchestrator/config/pruners.ts";
import type { Leaderboard } from "../../orchestrator/views/leaderboard.ts";
import { commandLineIn, type Ran } from "../support/command-line.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-search-"));
  seqtune = commandLineIn(folder);
  const rows = Array.from({ length: 200 }, (_, t) => Math.sin(t / 3).toFixed(4));
  await writeFile(path.join(folder, "y.csv"), `y\n${rows.join("\n")}\n`);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Every method and every rule takes part in one of them at least. */
const sweeps: readonly (readonly [method: string, rule: string])[] = [
  ["random", "type: median, min_trials: 2"],
  ["grid", "type: threshold, max: 0.5, min_epochs: 2"],
  ["sobol", "type: percentile, percentile: 30, min_trials: 2"],
  ["bayes", "type: asha, mode: promote, min_epochs: 1, eta: 2"],
  ["gp", "type: thaw, min_epochs: 1"],
  ["tpe", "type: hyperband, mode: promote, min_epochs: 1, eta: 2"],
  ["tpe", "type: chance, min_epochs: 1"],
  ["random", "type: patience, patience: 1, min_delta: 0.05"],
  ["sobol", "type: asha, mode: stop, min_epochs: 1, eta: 2"],
  ["gp", "type: hyperband, mode: stop, min_epochs: 1, eta: 2"],
];

it("the trained sweeps of this file leave no method and no rule out", () => {
  const trained = Object.keys(methods).filter((name) => name !== "lr_range"); // test/integration/range-tests.test.ts
  expect(new Set(sweeps.map(([method]) => method))).toEqual(new Set(trained));
  const types = sweeps.map(([, rule]) => /type: (\w+)/.exec(rule)![1]);
  expect(new Set(types)).toEqual(new Set(Object.keys(pruners)));
});

it.each(sweeps)("the command line trains a sweep by %s with {%s}", async (method, rule) => {
  const startup = ["bayes", "gp", "tpe"].includes(method) ? ", startup_trials: 2" : "";
  const sweep = `name: one
method: {name: ${method}${startup}}
data: {file: y.csv, targets: [y], window: 8}
parameters:
  learning_rate: {values: [0.0003, 0.003, 0.03]}
  hidden: {values: [2, 4]}
budget: {trials: 6, epochs: 4}
early_terminate: {${rule}}
`;
  const file = path.join(folder, "sweep.yaml");
  await writeFile(file, sweep);
  const db = ["--db", path.join(folder, `${method}-${rule.replaceAll(/\W+/g, "-")}.db`)];
  const ran = await seqtune("run", file, "--quiet", ...db);
  expect(ran.code, ran.err).toBe(0);

  const { out } = await seqtune("leaderboard", "--json", ...db);
  const { state, trials } = JSON.parse(out) as Leaderboard;
  expect(state).toBe("complete");
  expect(trials).toHaveLength(6);
  expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(6);
  expect(trials[0]!.value).toBeLessThan(1);
  for (const { outcome, epochs } of trials) {
    if (outcome === "complete") expect(epochs).toBe(4);
    else expect(outcome).toBe("pruned");
  }
  const pruned = trials.find(({ outcome }) => outcome === "pruned");
  if (pruned === undefined) return; // every trial may have deserved to live
  const shown = await seqtune("show", String(pruned.number), ...db);
  expect(shown.out).toMatch(/pruned after [1-4] of \d epochs: .*val_mse/);
});
