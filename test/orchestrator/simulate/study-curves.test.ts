import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { repeatWrite } from "../../../orchestrator/repeats/recorded.ts";
import type { Comparison } from "../../../orchestrator/simulate/compare.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { commandLineIn, type Ran } from "../../support/command-line.ts";
import { newStudy } from "../../support/study-writes.ts";
import { sweepOf, sweepWith } from "../config/support.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

const parameters = "hidden: {min: 8, max: 64}";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-study-curves-"));
  seqtune = commandLineIn(folder);
  await writeFile(path.join(folder, "sweep.yaml"), sweepWith(parameters));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A study of `complete` trials trained to the end, `pruned` ones, and repeats of its first trial that came out best. */
async function addStudy(complete: number, pruned: number, repeats: number): Promise<void> {
  const sweep = await sweepOf(sweepWith(parameters));
  const store = openStore(path.join(folder, "seqtune.db"));
  const at = 1;
  const study = store.createStudy(newStudy({ name: "before", seed: 1, config: sweep }));
  for (let number = 0; number < complete + pruned + repeats; number++) {
    const isRepeat = number >= complete + pruned;
    const params = { hidden: isRepeat ? 8 : 8 + number };
    const outcome = isRepeat || number < complete ? "complete" : "pruned";
    const report = { trial: number, attempt: 1, n: 0, epoch: 1, metrics: {}, seconds: 1, at };
    const state = outcome === "complete" ? "complete" : "stopped";
    const value = isRepeat ? 0.01 : 1 + number;
    store.record(
      study.id,
      [
        { kind: "trial_added", trial: { number, params, seed: number, epochs: 1, origin: null, at } },
        { kind: "attempt_offered", trial: number, attempt: 1, fromEpoch: 0, toEpoch: 1, at },
        { kind: "report", report: { ...report, value } },
        { kind: "attempt_ended", trial: number, attempt: 1, state, reason: null, at },
        { kind: "trial_ended", trial: number, outcome, reason: null, model: null, at },
        ...(isRepeat ? [repeatWrite({ trial: number, of: 0, seed: 1 }, at)] : []),
      ],
      "process",
    );
  }
  store.close();
}

async function simulated(): Promise<{ readonly err: string; readonly comparison: Comparison }> {
  const ran = await seqtune("simulate", "sweep.yaml", "--curves", "before", "--seeds", "2", "--json");
  expect(ran.code).toBe(0);
  return { err: ran.err, comparison: JSON.parse(ran.out) as Comparison };
}

it("a simulation on a study's curves does not count repeats as records of their own, and says so", async () => {
  await addStudy(6, 0, 4);
  const { err, comparison } = await simulated();
  expect(comparison).toMatchObject({ recording: { curves: 6 }, bestRecorded: 1 });
  expect(err).toContain("the repeats of before (4) are left out: they have no configurations of their own\n");
  expect(err).not.toContain("only");
});

it("a simulation on a study's curves says how many trials it cannot use, and why", async () => {
  await addStudy(5, 19, 0);
  const { err, comparison } = await simulated();
  expect(comparison.recording.curves).toBe(5);
  expect(err).toContain("only 5 of the 24 trials of before were trained to their end; what the other 19 ");
});

it("a simulation on a study's curves says nothing of a study it uses whole", async () => {
  await addStudy(5, 0, 0);
  expect((await simulated()).err).toBe(
    "the records have 1 epochs at most, the sweep 20: trials end after 1\n",
  );
});
