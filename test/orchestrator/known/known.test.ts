import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sweep } from "../../../orchestrator/config/sweep.ts";
import { readKnownResults } from "../../../orchestrator/known/known-results.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { StudyStore } from "../../../storage/store.ts";
import { sweepOf, sweepWith } from "../config/support.ts";

let folder: string;
let store: StudyStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-known-"));
  store = openStore(path.join(folder, "studies.db"));
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const parameters = `optimizer: {values: [adam, momentum]}
momentum: {min: 0.5, max: 0.9, distribution: uniform, when: {optimizer: momentum}}
hidden: {min: 8, max: 64}`;

async function sweepFrom(known: string): Promise<Sweep> {
  const sweep = await sweepOf(sweepWith(parameters, `known: ${known}\nmodel: {layers: 2}`));
  return "csv" in sweep.known! ? { ...sweep, known: { csv: path.join(folder, "known.csv") } } : sweep;
}

const data = { sha256: "a".repeat(64) };

async function fromCsv(text: string): Promise<Awaited<ReturnType<typeof readKnownResults>>> {
  await writeFile(path.join(folder, "known.csv"), text);
  return await readKnownResults(await sweepFrom("{csv: known.csv}"), data, store);
}

describe("known results of a CSV file", () => {
  it("are read as a leaderboard writes them", async () => {
    const csv = `number,outcome,value,skill,best_epoch,last_value,epochs,attempts,reason,expected_mean,expected_deviation,metric,goal,optimizer,momentum,hidden
3,complete,0.25,0.1,4,0.3,20,1,,0.26,0.01,val_mse,minimize,adam,,16
1,pruned,0.5,,2,0.5,3,1,worse than the median,,,val_mse,minimize,momentum,0.7,32
0,diverged,,,,,5,1,became NaN,,,val_mse,minimize,adam,,64
2,failed,,,,,0,3,gave up,,,val_mse,minimize,adam,,8
`;
    const known = await fromCsv(csv);
    expect(known!.results).toEqual([
      { params: { optimizer: "adam", hidden: 16 }, outcome: "complete", reports: [[20, 0.25]] },
      {
        params: { optimizer: "momentum", momentum: 0.7, hidden: 32 },
        outcome: "pruned",
        reports: [[3, 0.5]],
      },
      { params: { optimizer: "adam", hidden: 64 }, outcome: "diverged", reports: [[5, null]] },
    ]);
    expect(known!.notice).toMatch(
      /^the search knows 3 results of .*known.csv; 1 left out, the first because of line 5: it failed$/,
    );
  });

  it("may be a plain table of parameters and the metric", async () => {
    const known = await fromCsv("hidden,optimizer,val_mse,layers\n8,adam,0.5,2\n16,adam,inf,2\n");
    expect(known!.results.map(({ outcome }) => outcome)).toEqual(["complete", "diverged"]);
  });

  it("may have the names of another tool, and that is reported", async () => {
    const known = await fromCsv("optim,units,val_mse\nadam,16,0.3\nadam,32,0.2\n");
    expect(known!.results.map(({ params }) => params)).toEqual([
      { optimizer: "adam", hidden: 16 },
      { optimizer: "adam", hidden: 32 },
    ]);
    expect(known!.notice).toContain("; optim is taken for optimizer; units is taken for hidden");
  });

  it("are refused where two columns disagree on the result", async () => {
    await expect(fromCsv("optimizer,hidden,value,val_mse\nadam,16,0.3,0.9\n")).rejects.toThrow(
      /has a column val_mse and another one, value, that differs; keep the one with the results$/,
    );
    expect((await fromCsv("optimizer,hidden,value,val_mse\nadam,16,0.3,0.3\n"))!.results).toHaveLength(1);
  });

  it("are left out where their configurations differ, and that is reported", async () => {
    const known = await fromCsv(
      "hidden,optimizer,val_mse,layers\n128,adam,0.5,2\n8,adam,1,3\n8,adam,0.7,2\n",
    );
    expect(known!.results).toHaveLength(1);
    expect(known!.notice).toContain(
      "; 2 left out, the first because of line 2: hidden is 128, and here it is a whole number from 8 to 64",
    );
  });

  it("count those that nothing can be learned from among what is left out", async () => {
    const known = await fromCsv(
      "hidden,optimizer,outcome,epochs,value\n8,adam,complete,0,0.5\n9,adam,,3,\n10,adam,,3,0.5\n",
    );
    expect(known!.results).toEqual([
      { params: { optimizer: "adam", hidden: 10 }, outcome: "complete", reports: [[3, 0.5]] },
    ]);
    expect(known!.notice).toContain("; 2 left out, the first because of line 2: it has 0 epochs");
  });

  it("say which values they have no use for", async () => {
    const known = await fromCsv(
      "hidden,optimizer,momentum,value\n8,adam,0.9,0.5\n9,momentum,0.9,0.5\n10,adam,0.8,1\n",
    );
    expect(known!.results.map(({ params }) => Object.keys(params).length)).toEqual([2, 3, 2]);
    expect(known!.notice).toMatch(
      /known.csv; 2 with values of parameters that do not apply in them, which are not read, the first line 2: momentum;/,
    );
  });

  it("say that an unnamed value is taken for the sweep's metric", async () => {
    const known = await fromCsv("hidden,optimizer,value\n8,adam,0.5\n");
    expect(known!.notice).toMatch(/; its column value is taken for val_mse \(lower is better\)$/);
  });

  it.each([
    [
      "hidden,optimizer,outcome,value\n8,adam,fine,1\n",
      'line 2: outcome is "fine"; it must be one of complete, pruned, diverged, failed, running, paused',
    ],
    [
      "hidden,optimizer\n8,adam\n",
      "has no column val_mse or value with the results; its columns are hidden, optimizer",
    ],
    ["hidden,optimizer,value\n8,adam,good\n", 'line 2: value is "good"; it must be a number'],
    ["hidden,optimizer,value,epochs\n8,adam,1,2.5\n", 'line 2: epochs is "2.5"; it must be a whole number'],
    ["hidden,optimizer,value\n8,adam\n", "is not a CSV file"],
    ["hidden,value\n8,1\n", "fits this sweep; the first does not because of line 2: optimizer is missing"],
    ["hidden,optimizer,layers,value\n8,adam,1,1\n", "line 2: layers is 1 there and 2 here"],
    ["hidden,optimizer,value\n", "has no column val_mse or value"],
    [
      "hidden,optimizer,value,metric,goal\n8,adam,0.9,val_r2,maximize\n",
      "known.csv, line 2: the results are of metric val_r2 and this sweep has val_mse, so they do not compare",
    ],
    [
      "hidden,optimizer,val_mse,goal\n8,adam,0.9,\n8,adam,0.9,maximize\n",
      "known.csv, line 3: the results are of goal maximize and this sweep has minimize",
    ],
    [
      "hidden,optimizer,val_mse\n8,adam,0.9\n9,adam,-0.9\n",
      "known.csv, line 3: val_mse is -0.9, and it is never below 0; is it another metric, or a percentage?",
    ],
    [
      "number,value,best_epoch,last_value,hidden,optimizer\n0,0.9,1,0.9,8,adam\n",
      "does not say which metric its column value has",
    ],
    [
      "hidden,optimizer,hidden,val_mse\n8,adam,9,1\n",
      "has two columns called hidden; keep the one that counts",
    ],
  ])("are refused in one sentence: %j", async (csv, words) => {
    await expect(fromCsv(csv)).rejects.toThrow(words);
  });

  it("are refused when the file is not there", async () => {
    await expect(readKnownResults(await sweepFrom("{csv: known.csv}"), data, store)).rejects.toThrow(
      /the file of known results .*known.csv cannot be read/,
    );
  });
});

describe("a table that another tool has written", () => {
  /** The configuration its one line is read as. */
  async function readAs(parameters: string, head: string, line: string): Promise<unknown> {
    const file = path.join(folder, "known.csv");
    await writeFile(file, `${head},val_mse\n${line},0.5\n`);
    const sweep = await sweepOf(sweepWith(parameters, "model: {layers: 2}"));
    const known = await readKnownResults({ ...sweep, known: { csv: file } }, data, store);
    return known!.results[0]!.params;
  }

  it.each([
    ["pandas' blank for null", "clip_norm: {values: [null, 1]}", "clip_norm", "", { clip_norm: null }],
    ["None for null", "clip_norm: {values: [null, 1]}", "clip_norm", "None", { clip_norm: null }],
    [
      "a column of numbers and blanks",
      "clip_norm: {values: [null, 1]}",
      "clip_norm",
      "1.0",
      { clip_norm: 1 },
    ],
    ["True", "bidirectional: {values: [true, false]}", "bidirectional", "True", { bidirectional: true }],
    ["FALSE", "bidirectional: {values: [true, false]}", "bidirectional", "FALSE", { bidirectional: false }],
    [
      "a rounded step",
      "dropout: {min: 0, max: 0.5, step: 0.1}",
      "dropout",
      "0.30000000000000004",
      { dropout: 0.3 },
    ],
    [
      "a rounded end",
      "dropout: {min: 0.1, max: 0.3, distribution: uniform}",
      "dropout",
      "0.30000000000000004",
      { dropout: 0.3 },
    ],
    ["a rounded choice", "dropout: {values: [0.3, 0.1]}", "dropout", "0.30000000000000004", { dropout: 0.3 }],
    ["a whole number with a point", "hidden: {min: 8, max: 64}", "hidden", "16.0", { hidden: 16 }],
    ["Python's list", "hidden: {values: [[8, 8], [16, 8]]}", "hidden", '"[16, 8]"', { hidden: [16, 8] }],
    [
      "Python's list of texts",
      "features: {values: [numeric, [OT, HUFL]]}",
      "features",
      "\"['OT', 'HUFL']\"",
      { features: ["OT", "HUFL"] },
    ],
    [
      "a conditional parameter that does not apply",
      "optimizer: {values: [adam, sgd]}\nclip_norm: {values: [null, 1], when: {optimizer: sgd}}",
      "optimizer,clip_norm",
      "adam,",
      { optimizer: "adam" },
    ],
  ])("means the same: %s", async (_, parameters, head, line, params) => {
    expect(await readAs(parameters, head, line)).toEqual(params);
  });

  it("is not stretched to mean more", async () => {
    await expect(readAs("dropout: {min: 0, max: 0.5, step: 0.1}", "dropout", "0.31")).rejects.toThrow(
      "dropout is 0.31, and here it is a number from 0 to 0.5 in steps of 0.1",
    );
    await expect(readAs("hidden: {min: 8, max: 64}", "hidden", "")).rejects.toThrow("hidden is missing");
  });
});
