import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readKnownResults } from "../../orchestrator/known/known-results.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { commandLineIn } from "../support/command-line.ts";
import { makeExportedStudy } from "../support/exported-study.ts";
import { useFolder } from "../support/use-folder.ts";
import { sweepOf, sweepWith } from "./config/support.ts";

const own = useFolder();

const tell = (...args: readonly string[]): ReturnType<ReturnType<typeof commandLineIn>> =>
  commandLineIn(own.folder)(...args);

const importBefore = (): ReturnType<typeof tell> =>
  tell("import", "before.csv", ..."--from csv --metric loss --goal minimize --db".split(" "), own.db);

describe("a study of Optuna", () => {
  it("comes in as it went out: trials, outcomes, curves", async () => {
    await makeExportedStudy(own.db);
    await tell("export", "leaving", "--db", own.db, "--to", "optuna", "--out", "o.db");
    const ran = await tell("import", "o.db", "--from", "optuna", "--db", own.db, "--name", "back");
    expect(ran).toMatchObject({ code: 0, err: "1 trial left out that had not ended\n" });
    const store = openStore(own.db, { readonly: true });
    const study = store.findStudy("back")!;
    expect(study).toMatchObject({ metric: "val_mse", goal: "minimize", state: "complete" });
    expect(store.trials(study.id).map(({ state, value, bestEpoch }) => [state, value, bestEpoch])).toEqual([
      ["complete", 0.25, 2],
      ["pruned", 0.55, 1],
      ["failed", null, null],
    ]);
    expect(store.curve(study.id, 2).map(({ metrics }) => metrics["val_mse"])).toEqual([2, Number.NaN]);
    store.close();
  });

  it("is learned from by name", async () => {
    await makeExportedStudy(own.db);
    await tell("export", "leaving", "--db", own.db, "--to", "optuna", "--out", "o.db");
    await tell("import", "o.db", "--from", "optuna", "--db", own.db, "--name", "back");
    const sweep = await sweepOf(
      sweepWith(
        "learning_rate: {min: 0.001, max: 0.1, distribution: log_uniform}",
        "known: {study: back}\nmodel: {optimizer: momentum, momentum: 0.9, clip_norm: 1}",
      ),
    );
    const store = openStore(own.db, { readonly: true });
    const known = await readKnownResults(sweep, { sha256: "0".repeat(64) }, store);
    expect(known?.results.map(({ params, outcome }) => [params["learning_rate"], outcome])).toContainEqual([
      0.1,
      "pruned",
    ]);
    store.close();
  });

  it.each([
    [["none.db"], "cannot be read as a database of Optuna"],
    [["text.csv"], "cannot be read as a database of Optuna"],
  ])("is refused in one sentence when it is none: %j", async (args, words) => {
    writeFileSync(path.join(own.folder, "text.csv"), "a,b\n1,2\n");
    const { code, err } = await tell("import", ...args, "--from", "optuna", "--db", own.db);
    expect(code).toBe(1);
    expect(err).toContain(words);
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});

describe("a table", () => {
  it("is learned from by a program that has the same names", async () => {
    writeFileSync(path.join(own.folder, "before.csv"), "lr,loss\n0.01,0.5\n0.02,0.25\n");
    await importBefore();
    const sweep = await sweepOf(
      "program: {command: [x]}\nmetric: {name: loss}\nparameters: {lr: {min: 0.001, max: 0.1}}\nbudget: {trials: 3}\nknown: {study: before}\n",
    );
    const store = openStore(own.db, { readonly: true });
    const known = await readKnownResults(sweep, { sha256: "" }, store);
    store.close();
    expect(known?.results.map(({ params }) => params)).toEqual([{ lr: 0.01 }, { lr: 0.02 }]);
  });

  const csv =
    "lr,units,activation,loss,outcome\n0.1,16,relu,0.5,\n0.01,32,tanh,0.25,pruned\n0.2,64,relu,nan,diverged\n";

  it("becomes a study, its parameters under their own names", async () => {
    writeFileSync(path.join(own.folder, "before.csv"), csv);
    const ran = await importBefore();
    expect(ran).toMatchObject({ code: 0, err: "" });
    const board = await tell("leaderboard", "before", "--db", own.db, "--json");
    expect(JSON.parse(board.out)).toMatchObject({
      metric: "loss",
      goal: "minimize",
      trials: [
        { outcome: "pruned", value: 0.25, params: { lr: 0.01, units: 32, activation: "tanh" } },
        { outcome: "complete", value: 0.5 },
        { outcome: "diverged", value: null },
      ],
    });
    expect((await tell("importance", "before", "--db", own.db)).code).not.toBe(3);
  });

  it.each([
    [["--metric", "loss"], "say which loss is better: --goal minimize or --goal maximize"],
    [["--metric", "auc"], "has no column auc with the results"],
    [[], "has no column value with the results"],
    [["--metric", "loss", "--goal", "minimize", "--name", "a b"], '"a b" cannot be a study\'s name'],
  ])("is refused in one sentence: %j", async (args, words) => {
    writeFileSync(path.join(own.folder, "before.csv"), csv);
    const { code, err } = await tell("import", "before.csv", "--from", "csv", "--db", own.db, ...args);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });
});
