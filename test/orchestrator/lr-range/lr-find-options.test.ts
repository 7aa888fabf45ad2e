import pc from "picocolors";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { rangeRecordsText } from "../../../orchestrator/cli/text/lr-study.ts";
import { rangeSvg } from "../../../orchestrator/lr-range/svg.ts";
import { analyseRange, type RangeAnalysis } from "../../../search/lr-range/analyse.ts";
import { defaultReading, defaultWalk, rateAt } from "../../../search/lr-range/curve.ts";
import { commandLineIn, type Ran } from "../../support/command-line.ts";
import { sweepWith } from "../config/support.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-lr-find-"));
  seqtune = commandLineIn(folder);
  await writeFile(path.join(folder, "sweep.yaml"), sweepWith("hidden: {min: 8, max: 64}"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

it.each([
  [["--set", "hidden=abc"], 'hidden: found "abc"; allowed: a whole number from 1 to 4096'],
  [["--optimizer", "adm"], 'optimizer: found "adm"; did you mean adam?; allowed: adam, '],
  [["--steps", "2"], "--steps: found 2; allowed: a whole number from 10 to 10000"],
  [["--smoothing", "1"], "--smoothing: found 1; allowed: a number from 0 to 0.999"],
  [["--from", "1", "--to", "0.1"], "--from is 1, not below --to: 0.1"],
  [["--epochs", "3"], "--epochs sets how long --validate trains; add --validate, or leave --epochs out"],
])("words what is wrong with %j as a sweep file's errors", async (args, words) => {
  const ran = await seqtune("lr-find", path.join(folder, "sweep.yaml"), ...args);
  expect(ran).toMatchObject({ code: 1, out: "", err: expect.stringContaining(words) });
  expect(ran.err.trim().split("\n")).toHaveLength(1);
});

it.each([
  [["--svg", "x.svg"], "--svg is for a new test of a sweep file, and nightly is a study"],
  [
    ["--rule", "valley", "--steps", "300", "--validate", "--json"],
    "--steps, --rule, --validate are for a new test",
  ],
  [["--set", "hidden=16"], "--set is for a new test"],
])("refuses options of a new test for those of a study: %j", async (args, words) => {
  const ran = await seqtune("lr-find", "nightly", ...args);
  expect(ran).toMatchObject({ code: 1, out: "", err: expect.stringContaining(words) });
});

it("seqtune lr-find names the whole range in numbers where a test narrows nothing", () => {
  const style = { columns: 200, colors: pc.createColors(false) };
  const record = { bucket: "layers 1", rate: null, range: null, reason: "it never fell", curve: [] };
  const text = rangeRecordsText("nightly", [record], { min: 0.0001, max: 0.5 }, style);
  expect(text).toMatch(/^layers 1 +none +1\.00e-4 +0\.5 +it never fell$/m);
});

function curve(lossAt: (rate: number) => number): RangeAnalysis {
  const points = Array.from({ length: 300 }, (_, step) => {
    const rate = rateAt(defaultWalk, step);
    return { rate, loss: lossAt(rate) };
  });
  return analyseRange(points, defaultReading);
}

/** Where the vertical axis begins. */
function topOf(svg: string): number {
  return Math.min(...[...svg.matchAll(/<line x1="80" y1="([\d.]+)" x2="80"/g)].map(([, y]) => Number(y)));
}

it("seqtune lr-find draws a picture that says what dots and line are, and why it has no suggestion", () => {
  const falling = rangeSvg({
    title: "a",
    analysis: curve((rate) => 1 / (1 + rate * 1000)),
    rule: "valley",
  });
  for (const words of ["of a batch", "averaged"]) expect(falling).toContain(`>${words}</text>`);
  const flat = rangeSvg({ title: "a", analysis: curve(() => 1), rule: "valley" });
  expect(flat).toContain(">no suggestion: the loss never fell clearly: it began at 1");
  expect(topOf(flat)).toBeLessThan(topOf(falling));
});
