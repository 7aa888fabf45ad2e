import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandLineIn, type Ran } from "../support/command-line.ts";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-more-"));
  seqtune = commandLineIn(folder);
  const rows = Array.from({ length: 90 }, (_, t) => Math.sin(t / 3).toFixed(4));
  writeFileSync(path.join(folder, "y.csv"), `y\n${rows.join("\n")}\n`);
});
afterEach(() => removeFolder(folder));

function sweep(more = ""): string {
  const file = path.join(folder, "sweep.yaml");
  writeFileSync(
    file,
    `name: wave
data: {file: y.csv, targets: [y], window: 12}
model: {hidden: 4}
parameters: {learning_rate: {min: 0.001, max: 0.1, distribution: log_uniform}}
method: random
budget: {trials: 2, epochs: 1}
workers: 1
${more}`,
  );
  return file;
}

interface Board {
  readonly state: string;
  readonly trials: readonly { readonly number: number; readonly params: object }[];
}

async function board(): Promise<Board> {
  const { out } = await seqtune("leaderboard", "wave", "--json", "--sort", "number");
  return JSON.parse(out) as Board;
}

describe("seqtune resume --trials", () => {
  it("searches on after a study is complete, by how many more or to how many in all", async () => {
    await seqtune("run", sweep(), "--quiet");
    expect((await seqtune("resume", "wave")).err).toContain("seqtune resume wave --trials +20");
    const more = await seqtune("resume", "wave", "--trials", "+2", "--quiet");
    expect({ code: more.code, err: more.err }).toEqual({ code: 0, err: "" });
    const extended = await board();
    expect(extended.state).toBe("complete");
    expect(extended.trials.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    expect((await seqtune("resume", "wave", "--trials", "5", "--quiet")).code).toBe(0);
    const params = (await board()).trials.map((trial) => trial.params);
    expect(params).toHaveLength(5);
    expect(new Set(params.map((one) => JSON.stringify(one))).size).toBe(5);
  });

  it("refuses what is no larger budget, and studies whose best were trained again", async () => {
    await seqtune("run", sweep("repeats: {top: 1, seeds: 2}\n"), "--quiet");
    const repeated = await seqtune("resume", "wave", "--trials", "+1");
    expect(repeated.code).toBe(1);
    expect(repeated.err).toContain("known: {study: wave}");
    await seqtune("run", sweep(), "--name", "plain", "--quiet");
    expect((await seqtune("resume", "plain", "--trials", "2")).err).toContain("such as +20");
    expect((await seqtune("resume", "plain", "--trials", "some")).err).toContain("It must be how many more");
  });
});
