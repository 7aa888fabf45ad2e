import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { createStudy, float } from "../../../orchestrator/index.ts";
import { readOptunaFile } from "../../../storage/optuna/read.ts";
import { commandLineIn } from "../../support/command-line.ts";
import type { Write } from "../../../storage/store.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { newStudy } from "../../support/study-writes.ts";
import { useFolder } from "../../support/use-folder.ts";

const own = useFolder();

async function exported(format: string, name: string): Promise<string> {
  const ran = await commandLineIn(own.folder)("export", "s", "--db", own.db, "--to", format, "--out", name);
  expect(ran.err).toBe("");
  return path.join(own.folder, name);
}

it("an export of a study with several goals is a study of several directions in Optuna, whose trials have a value for each", async () => {
  const results = [
    { loss: 1, size: 9 },
    { loss: 2, size: 4 },
  ];
  {
    await using study = await createStudy({
      name: "s",
      db: own.db,
      metrics: [{ name: "loss" }, { name: "size", goal: "maximize" }],
      constraints: ["size < 5"],
      budget: { trials: 3 },
      space: { x: float(0, 1) },
    });
    await study.optimize((trial) => {
      const result = results[trial.number];
      if (result === undefined) throw new Error("no third one");
      return result;
    });
  }
  const study = readOptunaFile(await exported("optuna", "o.db"));
  expect(study).toMatchObject({ directions: ["MINIMIZE", "MAXIMIZE"], metricNames: ["loss", "size"] });
  expect(study.trials.map(({ state, values }) => [state, values])).toEqual([
    ["COMPLETE", [1, 9]],
    ["COMPLETE", [2, 4]],
    ["FAIL", []],
  ]);
  const lines = readFileSync(await exported("optuna-journal", "o.log"), "utf8");
  expect(lines).toContain('"directions": [1, 2]');
  expect(lines).toContain('"state": 1, "value": null, "values": [1, 9]');
  expect(lines).toContain('"feasible": false, "broken": "size is 9.000, not < 5"');
  expect(lines.match(/"values": null/g)).toHaveLength(1);
  const kept = [...lines.matchAll(/"constraints": \[([^\]]*)\]/g)].map(([, excess]) => Number(excess));
  expect(kept).toEqual([4, -1, Number.MAX_VALUE]);
  const { trials } = JSON.parse(readFileSync(await exported("json", "o.json"), "utf8"));
  expect(trials).toMatchObject([
    { number: 0, value: 1, size: 9, rank: null, front: false, feasible: false },
    { number: 1, value: 2, size: 4, rank: 1, front: true, feasible: true },
    { number: 2, value: null, size: null, rank: null, front: false, feasible: false },
  ]);
});

it("whose space is not known names ranges of it, not every value with every trial", async () => {
  const store = openStore(own.db);
  const study = store.createStudy(newStudy({ name: "s" }));
  const writes = Array.from({ length: 400 }, (_, number): Write => {
    const params = { found: 0.001 + number / 400 };
    return { kind: "trial_added", trial: { number, params, seed: 1, epochs: 1, origin: null, at: 1 } };
  });
  store.record(study.id, writes, "process");
  store.close();
  const lines = readFileSync(await exported("optuna-journal", "o.log"), "utf8")
    .trimEnd()
    .split("\n");
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(1000);
});
