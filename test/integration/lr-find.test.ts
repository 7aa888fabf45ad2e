import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pc from "picocolors";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Io } from "../../orchestrator/cli/io.ts";
import { runCli } from "../../orchestrator/cli/program.ts";
import { rngFor } from "../../search/random.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-lr-find-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function seqtune(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const io: Io = {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: {},
    cwd: folder,
    columns: 100,
    colors: pc.createColors(false),
    closed: new AbortController().signal,
    exitCode: 0,
  };
  const code = await runCli(args, io);
  return { code, out, err };
}

async function writeSweep(rowOf: (t: number) => number): Promise<string> {
  const rows = Array.from({ length: 400 }, (_, t) => rowOf(t).toFixed(4));
  await writeFile(path.join(folder, "y.csv"), `y\n${rows.join("\n")}\n`);
  const file = path.join(folder, "sweep.yaml");
  const text = `data: {file: y.csv, targets: [y], window: 12}
parameters:
  hidden: {values: [4, 8]}
  learning_rate: {min: 0.0001, max: 0.1, distribution: log_uniform}
budget: {trials: 2, epochs: 3}
`;
  await writeFile(file, text);
  return file;
}

const printed = z.looseObject({
  rate: z.number(),
  suggestions: z.array(z.looseObject({ rule: z.string(), val_mse: z.number().nullable() })),
  curve: z.array(z.looseObject({ rate: z.number(), loss: z.number(), smoothed: z.number() })),
});

describe("seqtune lr-find", () => {
  it("tests a range, trains with the suggestions, draws, and prints all of it as JSON", async () => {
    const file = await writeSweep((t) => Math.sin(t / 3));
    const { code, out, err } = await seqtune("lr-find", file, "--validate", "--svg", "lr.svg", "--json");
    expect(err).toContain("wrote ");
    expect(code).toBe(0);
    const found = printed.parse(JSON.parse(out));
    expect(found.rate).toBeGreaterThan(1e-4);
    expect(found.rate).toBeLessThan(1);
    expect(found.curve.length).toBeGreaterThan(100);
    expect(found.suggestions.find(({ rule }) => rule === "minimum_over_3")?.val_mse).toBeLessThan(0.6);
    expect(await readFile(path.join(folder, "lr.svg"), "utf8")).toContain("<svg");
  });

  it("says in one sentence that a loss never fell, and fails for scripts", async () => {
    const rng = rngFor(1, "noise");
    const file = await writeSweep(() => rng.normal());
    const { code, out } = await seqtune("lr-find", file, "--to", "1e-5", "--steps", "60");
    expect(out).toContain("no suggestion by any rule: the loss never fell clearly");
    expect(code).toBe(2);
  });

  it.each([
    { args: ["--from", "1", "--to", "0.1"], words: "--from is 1, not below --to: 0.1" },
    { args: ["--set", "learning_rate=1"], words: "a range test goes through all learning rates" },
    { args: ["--set", "hiden=3"], words: "did you mean hidden?" },
    { args: ["--rule", "best"], words: "Allowed choices are minimum_over_3" },
    { args: ["--layers", "99"], words: "layers: found 99; allowed: a whole number from 0 to 8" },
    { args: ["--engine", "abacus"], words: "abacus" },
  ])("refuses $args", async ({ args, words }) => {
    const file = await writeSweep((t) => Math.sin(t));
    const { code, err } = await seqtune("lr-find", file, ...args);
    expect(err).toContain(words);
    expect(code).toBe(1);
  });
});
