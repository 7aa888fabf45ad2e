import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { labFolder, tell } from "./support.ts";

const cwd = labFolder();

function file(name: string, text: string): string {
  const full = path.join(cwd, name);
  writeFileSync(full, text);
  return full;
}

file("wave.csv", `y\n${Array.from({ length: 300 }, (_, i) => Math.sin(i / 4).toFixed(4)).join("\n")}\n`);

const head = "data: {file: wave.csv, targets: [y]}\nparameters: {hidden: {min: 8, max: 64}}\n";

async function check(rest: string, ...args: readonly string[]) {
  return await tell(["check", file("sweep.yaml", `${head}${rest}\n`), ...args], { cwd });
}

describe("check looks at the settings of the search", () => {
  it("reads known results, and says what is left out", async () => {
    file("known.csv", "hidden,value\n16,0.5\n128,0.4\n");
    const { stdout, code } = await check("budget: {trials: 5}\nknown: {csv: known.csv}");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\nknown +the search knows 1 result of \/lab\/known\.csv; 1 left out, the first because of line 3: hidden is 128/,
    );
    const { stdout: json } = await check("budget: {trials: 5}\nknown: {csv: known.csv}", "--json");
    expect(JSON.parse(json)).toMatchObject({
      known: expect.stringMatching(/^the search knows 1 result of/),
    });
  });

  it.each([
    ["{csv: gone.csv}", "", "the file of known results /lab/gone.csv cannot be read"],
    ["{csv: known.csv}", "hidden\n16\n", "/lab/known.csv has no column val_mse or value"],
    ["{csv: known.csv}", "hidden,value\n16,abc\n", 'line 2: value is "abc"; it must be a number'],
  ])("refuses what run would refuse: known: %s", async (known, csv, words) => {
    file("known.csv", csv);
    const { stdout, stderr, code } = await check(`budget: {trials: 5}\nknown: ${known}`);
    expect({ stdout, code }).toEqual({
      stdout: expect.stringMatching(/^sweep \S+: 5 trials of .*\n$/),
      code: 1,
    });
    expect(stderr).toContain(words);
  });

  it("looks for a known study in the database", async () => {
    openStore(path.join(cwd, "other.db")).close();
    const rest = "budget: {trials: 5}\nknown: {study: before}";
    const { stderr, code } = await check(rest, "--db", "other.db");
    expect(code).toBe(1);
    expect(stderr).toContain('known: there is no study "before" in this database');
  });
});

describe("check says what follows from the search's settings", () => {
  it("how many trainings repeats may add", async () => {
    const { stdout } = await check("budget: {trials: 10}\nrepeats: {top: 4, seeds: 5}");
    expect(stdout).toMatch(
      /\nrepeats +then the best 4 are trained again up to 5 times each with other seeds: at most 20 more trainings\n/,
    );
    const { stdout: once } = await check("budget: {trials: 1}\nrepeats: {top: 4, seeds: 1}");
    expect(once).toMatch(
      /\nrepeats +then the best is trained again with another seed: at most 1 more training\n/,
    );
  });

  it("which model bayes takes, and why", async () => {
    const { stdout } = await check("method: bayes\nbudget: {trials: 10}");
    expect(stdout).toMatch(/\nsearch +bayes: gp \(few trials and parameters\) over 1 parameter, /);
    const { stdout: many } = await check("method: bayes\nbudget: {trials: 400}");
    expect(many).toMatch(/\nsearch +bayes: tpe \(more than 300 trials\) over 1 parameter, /);
  });

  it("that range tests go through steps, without baselines", async () => {
    const { stdout } = await check("method: {name: lr_range, steps: 60}");
    expect(stdout).toMatch(/\na trial +a range test of 60 steps\n/);
    expect(stdout).not.toContain("baseline");
    expect(stdout).not.toContain("epoch");
  });
});
