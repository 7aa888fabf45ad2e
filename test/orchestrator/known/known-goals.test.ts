import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import type { Sweep } from "../../../orchestrator/config/sweep.ts";
import { createStudy, float } from "../../../orchestrator/index.ts";
import { readKnownResults } from "../../../orchestrator/known/known-results.ts";
import { searchOf } from "../../../orchestrator/run/search-of.ts";
import { History } from "../../../search/history.ts";
import { rngFor } from "../../../search/random.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { commandLineIn } from "../../support/command-line.ts";
import { useFolder } from "../../support/use-folder.ts";
import { sweepOf } from "../config/support.ts";

const own = useFolder();
const data = { sha256: "a".repeat(64) };

async function sweepFrom(known: string, goals: string): Promise<Sweep> {
  const sweep = await sweepOf(`name: s
program: {command: [train, "\${x}"]}
${goals}
parameters: {x: {min: 0.0, max: 1.0}}
budget: {trials: 40, epochs: 3}
known: ${known}
`);
  return "csv" in sweep.known! ? { ...sweep, known: { csv: path.join(own.folder, "known.csv") } } : sweep;
}

const two = "metrics: [{name: loss, goal: minimize}, {name: size, goal: minimize}]\nconstraints: [ms < 20]";

async function known(sweep: Sweep): Promise<Sweep["knownResults"]> {
  const store = openStore(own.db);
  try {
    return (await readKnownResults(sweep, data, store))!.results;
  } finally {
    store.close();
  }
}

async function fromCsv(text: string): Promise<Sweep["knownResults"]> {
  await writeFile(path.join(own.folder, "known.csv"), text);
  return await known(await sweepFrom("{csv: known.csv}", two));
}

it("known results of several goals have a column for each metric, empty where a trial said nothing", async () => {
  expect(await fromCsv("x,loss,size,ms,epochs\n0.5,0.25,30,7,3\n0.1,0.5,,9,2\n0.2,nan,1,1,1\n")).toEqual([
    { params: { x: 0.5 }, outcome: "complete", reports: [[3, 0.25, [30, 7]]] },
    { params: { x: 0.1 }, outcome: "complete", reports: [[2, 0.5, [null, 9]]] },
    { params: { x: 0.2 }, outcome: "diverged", reports: [[1, null]] },
  ]);
});

it("a file without one of the metrics is refused with what it has", async () => {
  await expect(fromCsv("x,loss,ms\n0.5,0.25,7\n")).rejects.toThrow(
    /known.csv has no column size, and this sweep is judged by it besides loss; its columns are x, loss, ms$/,
  );
});

async function studyBefore(): Promise<void> {
  await using study = await createStudy({
    name: "before",
    db: own.db,
    metrics: [{ name: "loss" }, { name: "size", goal: "minimize" }],
    constraints: ["ms < 20"],
    budget: { trials: 3, epochs: 2 },
    space: { x: float(0, 1) },
  });
  await study.optimize(async (trial) => {
    await trial.report(1, { loss: 1 - trial.number / 10, size: trial.number, ms: 5 });
    await trial.report(2, { loss: 0.5 - trial.number / 10, size: trial.number, ms: 6 });
  });
}

it("results of a study, and the CSV of its leaderboard, teach the same goals", async () => {
  await studyBefore();
  const results = await known(await sweepFrom("{study: before}", two));
  expect(results.map(({ reports }) => reports)).toEqual([
    [
      [1, 1, [0, 5]],
      [2, 0.5, [0, 6]],
    ],
    [
      [1, 0.9, [1, 5]],
      [2, 0.4, [1, 6]],
    ],
    [
      [1, 0.8, [2, 5]],
      [2, 0.3, [2, 6]],
    ],
  ]);
  const { out } = await commandLineIn(own.folder)("leaderboard", "before", "--csv", "--db", own.db);
  const fromBoard = await fromCsv(out);
  expect(fromBoard.map(({ reports }) => reports)).toEqual([
    [[2, 0.3, [2, 6]]],
    [[2, 0.4, [1, 6]]],
    [[2, 0.5, [0, 6]]],
  ]);
  const without = await sweepFrom("{study: before}", two.replace("ms < 20", "joules < 20"));
  await expect(known(without)).rejects.toThrow(
    "known: no trial of study before reported joules, which this sweep is judged by; name another study, or remove known",
  );
});

it("a search learns from them: it goes where the known results keep the constraint", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => i / 30).map(
    (x) => `${x},${(x - 0.9) ** 2},1,${x < 0.3 ? 10 : 30}`,
  );
  const sweep = await sweepFrom("{csv: known.csv}", `${two}\nmethod: {name: gp}`);
  const knownResults = await fromCsv(`x,loss,size,ms\n${rows.join("\n")}\n`);
  const { sampler } = searchOf({ ...sweep, knownResults });
  const suggestion = sampler.suggest(new History("minimize"), 0, rngFor(1));
  expect(suggestion).toMatchObject({ kind: "new", params: { x: expect.closeTo(0.28, 1) } });
});
