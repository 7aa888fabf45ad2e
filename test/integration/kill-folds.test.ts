import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { decodeModel } from "../../worker/model/model-file.ts";
import { startCli } from "../support/cli-process.ts";
import { until } from "../support/until.ts";
import { removeFolder } from "../support/remove-folder.ts";

const italy = path.resolve("data/italy_power_demand_wide.csv");
let folder: string;
const at = (...parts: readonly string[]): string => path.join(folder, ...parts);
const db = (name: string): readonly string[] => ["--db", at(name)];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-kill-folds-"));
});
afterEach(() => removeFolder(folder));

function writeSweep(epochs: number): void {
  writeFileSync(
    at("sweep.yaml"),
    `name: italy
data: {file: "${italy}", task: binary, layout: wide, targets: [label], split: {column: split}, folds: 3}
model: {loss: binary_crossentropy, hidden: 8, batch_size: 16}
parameters: {learning_rate: {values: [0.003, 0.01]}}
method: grid
metric: {name: val_loss}
budget: {trials: 2, epochs: ${epochs}}
workers: 1
`,
  );
}

function look<T>(db: string, read: (store: StudyStore, study: number) => T): T {
  const store = openStore(at(db), { readonly: true });
  try {
    return read(store, store.findStudy("italy")!.id);
  } finally {
    store.close();
  }
}

/** Every report of a trial as it was recorded, but for when and how long it took. */
function curve(db: string, trial: number): unknown[] {
  return look(db, (store, study) =>
    store.curve(study, trial).map(({ epoch, value, metrics }) => {
      const timeless = Object.entries(metrics).filter(([name]) => name !== "epoch_seconds");
      return { epoch, value, metrics: Object.fromEntries(timeless) };
    }),
  );
}

const trained = (): number => curve("killed.db", 0).length;

async function untilTrained(enough: number): Promise<void> {
  await until(() => trained() >= enough, `${enough} epochs of the first trial`);
}

/**
 * Interrupts a run in the middle of its first trial, so that there is a checkpoint, resumes it and kills it in the middle of
 * the same trial. Returns how many epochs a trial has: more where the trial is over before the one who looks can act.
 */
async function killedMidTrial(epochs = 240): Promise<number> {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeSweep(epochs);
  const handedBack = startCli(["run", at("sweep.yaml"), ...db("killed.db"), "--plain"]);
  await handedBack.line("trial 0 started");
  await untilTrained(20);
  handedBack.kill("SIGINT");
  await handedBack.ended;
  const before = trained();
  if (before >= epochs) return await killedMidTrial(4 * epochs);
  const killed = startCli(["resume", "italy", ...db("killed.db"), "--plain"]);
  await untilTrained(Math.min(before + 20, epochs));
  killed.kill("SIGKILL");
  await killed.ended;
  return trained() < epochs ? epochs : await killedMidTrial(4 * epochs);
}

it("kill -9 of a run with folds loses nothing: resumed, it ends with the committee that an undisturbed run has", async () => {
  const epochs = await killedMidTrial();
  const recorded = curve("killed.db", 0);

  const resumed = startCli(["resume", "italy", ...db("killed.db"), "--plain"]);
  expect(await resumed.ended).toEqual({ how: 0, stderr: "" });
  expect(curve("killed.db", 0).slice(0, recorded.length)).toEqual(recorded);
  const [, second, third] = look("killed.db", (store, study) => store.attempts(study, 0));
  expect(second!.fromEpoch).toBeGreaterThanOrEqual(20);
  expect(third!.state).toBe("complete");
  expect(third!.fromEpoch).toBeGreaterThanOrEqual(second!.fromEpoch); // a slow one has made a checkpoint of its own
  expect(look("killed.db", (store, study) => store.trials(study).map(({ state }) => state))).toEqual([
    "complete",
    "complete",
  ]);

  const undisturbed = startCli(["run", at("sweep.yaml"), ...db("undisturbed.db"), "--quiet"]);
  expect((await undisturbed.ended).how).toBe(0);
  for (const trial of [0, 1]) {
    expect(curve("killed.db", trial)).toHaveLength(epochs);
    expect(curve("killed.db", trial)).toEqual(curve("undisturbed.db", trial));
  }

  const exported = startCli(["export", "italy", "best", ...db("killed.db"), "--out", at("model")]);
  expect((await exported.ended).how).toBe(0);
  expect(exported.lines[0]).toContain("a committee of 3 networks");
  const weights = (of: string): unknown => decodeModel(readFileSync(at(of, "model.safetensors"))).members;
  expect(weights("model")).toHaveLength(3);
  expect(weights("model")).toEqual(weights("killed.db.models/italy"));
  expect(weights("model")).toEqual(weights("undisturbed.db.models/italy"));
  const predicted = startCli(["predict", at("model"), italy]);
  expect(await predicted.ended).toEqual({
    how: 0,
    stderr: expect.stringMatching(/(^|\n)1096 predictions\n$/),
  });
});
