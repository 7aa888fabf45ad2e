/**
 * What inputs derived from samples (`derive:`) are worth in sweeps on samples: each sweep is run with each choice
 * of them and several seeds. Decide by the validated loss; test accuracies are shown beside it.
 *
 *   npx tsx bench/derived-inputs.ts [--seeds 5] [sweep ...]
 *
 * Prints Markdown (bench/results/derived-inputs.md). Its seeds are others than those of bench/real-data.ts.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { evaluateStudy, formatSweepErrors, loadSweep, runSweep, type Sweep } from "../orchestrator/index.ts";
import { machineLine } from "./machine.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string", default: "5" } },
});
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => 101 + i);
const sweeps = positionals.length > 0 ? positionals : ["italy-power-demand"];
const choices = ["none", ["delta"], ["position"], ["delta", "position"]] as const;
type Choice = (typeof choices)[number];

async function load(name: string): Promise<Sweep> {
  const file = fileURLToPath(new URL(`../configs/${name}.yaml`, import.meta.url));
  const loaded = await loadSweep(file);
  if (!loaded.ok) throw new Error(formatSweepErrors(loaded.errors));
  return loaded.sweep;
}

/** The validated loss of a study's best trial, and its accuracy on test samples. */
async function run(sweep: Sweep, derive: Choice, seed: number): Promise<{ loss: number; accuracy: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-derived-"));
  const where = { db: path.join(folder, "study.db") };
  const settings = { ...sweep.data.settings, derive: derive === "none" ? derive : [...derive] };
  const data = { ...sweep.data, settings };
  await runSweep({ ...sweep, data, seed }, { ...where, name: "bench" });
  const { rows } = await evaluateStudy("bench", { ...where, top: 1 });
  rmSync(folder, { recursive: true });
  const best = rows[0];
  if (best === undefined) throw new Error("the study has no model");
  return { loss: best.trial.value ?? Number.NaN, accuracy: best.evaluation.metrics["test_accuracy"]! };
}

function figures(values: readonly number[]): string {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return `${mean.toFixed(4)} (${Math.min(...values).toFixed(4)} to ${Math.max(...values).toFixed(4)})`;
}

console.log(`# Inputs derived from samples

${machineLine()}. \`npx tsx bench/derived-inputs.ts\`. Best trial by validation of each study, mean over ${seeds.length} seeds and range.

| sweep | derive | val_loss | test accuracy |
|---|---|---|---|`);
for (const name of sweeps) {
  const sweep = await load(name);
  for (const derive of choices) {
    const found = [];
    for (const seed of seeds) found.push(await run(sweep, derive, seed));
    const losses = figures(found.map(({ loss }) => loss));
    const accuracies = figures(found.map(({ accuracy }) => accuracy));
    console.log(`| ${name} | ${[derive].flat().join(", ")} | ${losses} | ${accuracies} |`);
  }
}
