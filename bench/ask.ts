/**
 * Asking for trials and telling of them: ask, ten reports, complete, each committed, one process; beside Optuna 5 with SQLite and
 * with its journal file. Run: npx tsx bench/ask.ts [trials] [python]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createStudy, float } from "../orchestrator/index.ts";
import { machineLine } from "./machine.ts";

const [trials = "2000", python = process.env["SEQTUNE_PYTHON"] ?? "python3"] = process.argv.slice(2);
const count = Number(trials);
const folder = mkdtempSync(path.join(tmpdir(), "seqtune-bench-ask-"));

async function ours(total: number): Promise<readonly number[]> {
  await using study = await createStudy({
    name: `s${total}`,
    db: path.join(folder, `s${total}.db`),
    metric: "loss",
    method: "random",
    budget: { trials: total, epochs: 10 },
    space: { x: float(0, 1), y: float(1e-5, 1e-1, { log: true }) },
  });
  const marks: number[] = [performance.now()];
  let done = 0;
  for await (const trial of study) {
    for (let epoch = 1; epoch <= 10; epoch++) await trial.report(epoch, { loss: trial.params.x + 1 / epoch });
    await trial.complete();
    done += 1;
    if (done % (total / 10) === 0) marks.push(performance.now());
  }
  return marks.slice(1).map((mark, index) => (total / 10 / (mark - marks[index]!)) * 1000);
}

function optuna(kind: "sqlite" | "journal", total: number): number | null {
  const script = fileURLToPath(new URL("ask/optuna_ask.py", import.meta.url));
  const ran = spawnSync(python, [script, kind, String(total), folder], { encoding: "utf8" });
  return ran.status === 0 ? Number(ran.stdout.trim()) : null;
}

const shown = (rate: number | null): string => (rate === null ? "not run" : rate.toPrecision(3));
try {
  console.log(machineLine());
  const first = await ours(count);
  const rate = count / first.reduce((sum, each) => sum + count / 10 / each, 0);
  console.log(`seqtune, ${count} trials: ${shown(rate)} trials/s`);
  const long = await ours(20_000);
  console.log(`seqtune, 20000 trials, by tenth: ${long.map(shown).join(", ")} trials/s`);
  for (const [kind, total] of [
    ["sqlite", 40],
    ["journal", 200],
  ] as const) {
    const theirs = optuna(kind, total);
    const times = theirs === null ? "" : `; seqtune is ${(rate / theirs).toPrecision(3)} times as fast`;
    console.log(`optuna ${kind}, ${total} trials: ${shown(theirs)} trials/s${times}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
