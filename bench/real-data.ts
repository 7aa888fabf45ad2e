/**
 * What the sweeps in configs/ and bench/real-data/ reach on real data: each is run with several seeds, and the best trial by
 * validation of every study is scored on the test rows, which no choice has seen.
 *
 *   npx tsx bench/real-data.ts [--seeds 5] [--workers 2] [--db bench-real-data.db] [--found bench-real-data.jsonl] [--out real-data.md]
 *     [--no-run] [sweep ...]
 *
 * bench/real-data/prepare.py writes the data of the latter; bench/real-data/peers.py tries what others would take on the same windows.
 *
 * Studies stay in the database, and what they reached, with the verdict of seqtune on it, in the file of `--found`, a line each: what is
 * there is not run again, so the bench can be interrupted and goes on, and lines of several machines can be put together.
 * `seqtune leaderboard etth1-seed1 --db ...` shows what was tried. `--no-run` reports what is there. `--workers` overrides how many worker
 * processes a sweep asks for.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatSweepErrors, evaluateStudy, loadSweep, resumeStudy, runSweep } from "../orchestrator/index.ts";
import { openStore } from "../storage/sqlite/open.ts";
import type { StudyState } from "../storage/store.ts";
import { machineLine } from "./machine.ts";
import { realDataReport, type SeedResult } from "./real-data-report.ts";

const sweeps = [
  "quickstart",
  "linear-wins",
  "etth1",
  "etth1-multivariate",
  "beijing-pm25",
  "sunspots",
  "italy-power-demand",
  "japanese-vowels",
];
/** Of bench/real-data/. */
const furtherSweeps = ["co2", "bikeshare", "us-employment", "exchange", "gunpoint", "pickup-gesture"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "5" },
    workers: { type: "string" },
    db: { type: "string", default: "bench-real-data.db" },
    found: { type: "string", default: "bench-real-data.jsonl" },
    out: { type: "string" },
    "no-run": { type: "boolean", default: false },
  },
});
const { db } = values;
const workers = values.workers === undefined ? {} : { count: Number(values.workers) };
const chosen = positionals.length > 0 ? positionals : [...sweeps, ...furtherSweeps];

function stateOf(name: string): StudyState | undefined {
  const store = openStore(db);
  try {
    return store.findStudy(name)?.state;
  } finally {
    store.close();
  }
}

/** Runs or goes on with a study that is not complete. */
async function finish(file: string, name: string, seed: number): Promise<void> {
  const loaded = await loadSweep(file);
  if (!loaded.ok) throw new Error(formatSweepErrors(loaded.errors));
  if (stateOf(name) === undefined) await runSweep({ ...loaded.sweep, seed }, { db, name, workers });
  else await resumeStudy(name, { db, workers });
}

async function resultOf(sweep: string, name: string, seed: number): Promise<SeedResult> {
  const { study, rows, verdict } = await evaluateStudy(name, { db, top: 1 });
  const best = rows[0];
  if (best === undefined) throw new Error(`study ${name} has no model`);
  const store = openStore(db, { readonly: true });
  const trials = store.trials(study.id);
  store.close();
  return {
    sweep,
    seed,
    metric: study.metric,
    seconds: ((study.endedAt ?? study.at) - study.at) / 1000,
    trials: trials.length,
    pruned: trials.filter(({ state }) => state === "pruned").length,
    validation: best.trial.value ?? Number.NaN,
    params: best.trial.params,
    test: best.evaluation.metrics,
    baselines: best.evaluation.baselines,
    coverage: best.intervals[0]?.coverage ?? null,
    verdict: verdict === null ? null : { worth: verdict.worth, sentence: verdict.sentence },
  };
}

/** Results of earlier runs; this bench wrote them itself. */
const results: SeedResult[] = !existsSync(values.found)
  ? []
  : readFileSync(values.found, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as SeedResult);

// Seed by seed, so that an interrupted run has as many of each set.
for (let seed = 1; seed <= Number(values.seeds) && !values["no-run"]; seed++) {
  for (const sweep of chosen) {
    if (results.some((one) => one.sweep === sweep && one.seed === seed)) continue;
    const folder = furtherSweeps.includes(sweep) ? "real-data" : "../configs";
    const file = fileURLToPath(new URL(path.join(folder, `${sweep}.yaml`), import.meta.url));
    const name = `${sweep}-seed${seed}`;
    if (stateOf(name) !== "complete") await finish(file, name, seed);
    if (stateOf(name) !== "complete") continue;
    const result = await resultOf(sweep, name, seed);
    results.push(result);
    appendFileSync(values.found, `${JSON.stringify(result)}\n`);
    console.error(`${name}: ${result.verdict?.sentence ?? "no verdict"}`);
  }
}

const reported = chosen.flatMap((sweep) =>
  results.filter((one) => one.sweep === sweep).toSorted((a, b) => a.seed - b.seed),
);
const report = realDataReport(reported, machineLine());
if (values.out === undefined) console.log(report);
else writeFileSync(values.out, report);
