import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { StudyImportance } from "../../../orchestrator/importance/study-importance.ts";
import { repeatWrite } from "../../../orchestrator/repeats/recorded.ts";
import { samplePrior } from "../../../search/domain.ts";
import { rngFor } from "../../../search/random.ts";
import type { Params, Space } from "../../../search/space.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { commandLineIn, type Ran } from "../../support/command-line.ts";
import { newStudy } from "../../support/study-writes.ts";
import { sweepOf, sweepWith } from "../config/support.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-importance-"));
  seqtune = commandLineIn(folder);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Learning rate matters most, near 0.01; dropout a little; the batch size not at all. */
function valueOf({ learning_rate: rate, dropout }: Params): number {
  return (Math.log10(Number(rate)) + 2) ** 2 + Number(dropout);
}

let sampled: Space;

/** A study whose trials are drawn at random; the last `repeats` of them are repeats of trial 0 that went wrong. */
async function addStudy(trials: number, repeats = 0): Promise<void> {
  const sweep = await sweepOf(
    sweepWith(`learning_rate: {min: 0.0001, max: 1, distribution: log_uniform}
dropout: {min: 0.0, max: 0.5, distribution: uniform}
batch_size: {values: [16, 32, 64]}`),
  );
  const store = openStore(path.join(folder, "seqtune.db"));
  sampled = sweep.space;
  const at = 1;
  const study = store.createStudy(newStudy({ name: "waves", seed: 1, config: sweep }));
  for (let number = 0; number < trials; number++) {
    const isRepeat = number >= trials - repeats;
    const params = samplePrior(sweep.space, rngFor(1, isRepeat ? 0 : number));
    const value = isRepeat ? 1e6 : valueOf(params);
    const trial = { number, params, seed: number, epochs: 1, origin: null, at };
    const report = { trial: number, attempt: 1, n: 0, epoch: 1, value, metrics: {}, seconds: 1, at };
    store.record(
      study.id,
      [
        { kind: "trial_added", trial },
        { kind: "attempt_offered", trial: number, attempt: 1, fromEpoch: 0, toEpoch: 1, at },
        { kind: "report", report },
        { kind: "attempt_ended", trial: number, attempt: 1, state: "complete", reason: null, at },
        { kind: "trial_ended", trial: number, outcome: "complete", reason: null, model: null, at },
        ...(isRepeat ? [repeatWrite({ trial: number, of: 0, seed: 1 }, at)] : []),
      ],
      "process",
    );
  }
  store.close();
}

it("seqtune importance finds what matters, and where it is best", async () => {
  await addStudy(80);
  const { out, code } = await seqtune("importance", "waves");
  expect(code).toBe(0);
  expect(out).toMatch(/^waves: what val_mse depends on, from 80 trials; a model of them explains \d\d % of/);
  const [rate, dropout] = out.split("\n").filter((line) => /^(learning_rate|dropout)/.test(line));
  expect(rate).toMatch(/^learning_rate +\d\d % +█+·* +[▁▂▃▄▅▆▇█]{32} +\S+ … \S+ +0\.0\d+ +\d/);
  expect(dropout).toMatch(/^dropout +(\d|<1) ?/);
});

it("seqtune importance gives every point as data, and leaves the repeats out", async () => {
  await addStudy(60);
  const alone = JSON.parse((await seqtune("importance", "--json")).out) as StudyImportance;
  expect(alone.importance).toMatchObject({ kind: "importance", trials: 60 });
  await rm(path.join(folder, "seqtune.db"));
  await addStudy(63, 3);
  expect(JSON.parse((await seqtune("importance", "--json")).out)).toEqual(alone);
});

it("seqtune importance says when there is not enough to learn from", async () => {
  await addStudy(3);
  const { err, code } = await seqtune("importance");
  expect([code, err]).toEqual([1, "seqtune: study waves has 3 trials to learn from; importance needs 8\n"]);
  expect(JSON.parse((await seqtune("importance", "--json")).out)).toMatchObject({
    importance: { kind: "too_few_trials", trials: 3, needed: 8 },
  });
});

it("seqtune importance asks among the best, says where the cut is, and gives the same as data", async () => {
  await addStudy(80);
  const { out, code } = await seqtune("importance", "--best", "25");
  expect(code).toBe(0);
  const words =
    /^waves: what val_mse depends on among the best 25 % \(20 trials, val_mse to ([\d.]+)\), from 80 trials; a model/;
  const cut = Number(words.exec(out)?.[1]);
  const best = Array.from({ length: 80 }, (_, i) => valueOf(samplePrior(sampled, rngFor(1, i)))).sort(
    (a, b) => a - b,
  );
  expect(cut).toBeCloseTo(best[19]!, 3);
  expect(out.replaceAll("\n", " ")).toContain("all worse trials count as the worst of the best;");
  const data = JSON.parse((await seqtune("importance", "--best", "25%", "--json")).out) as StudyImportance;
  expect(data.importance).toMatchObject({ trials: 80, among: { share: 0.25, trials: 20, cut: best[19] } });
});

it("seqtune importance says how many trials the best few take, and what a percentage is", async () => {
  await addStudy(40);
  expect((await seqtune("importance", "--best", "10")).err).toBe(
    "seqtune: study waves has 40 trials to learn from; importance among the best 10 % needs 80\n",
  );
  for (const wrong of ["0", "101", "ten", "-5"])
    expect((await seqtune("importance", `--best=${wrong}`)).err).toContain(
      "It must be a percentage above 0 and at most 100, such as 10 for the best 10 % of the trials.",
    );
  expect((await seqtune("importance", "--best", "50", "--inputs")).err).toContain(
    "--best applies to parameters and cannot be used with --inputs",
  );
});

it("seqtune importance says which options belong to inputs, and that such a study has no model", async () => {
  await addStudy(3);
  expect((await seqtune("importance", "--repeats", "4")).err).toBe(
    "seqtune: --repeats belongs to --inputs: give both\n",
  );
  expect((await seqtune("importance", "--inputs", "--repeats", "1")).err).toContain("must be 2 to 1000");
  expect((await seqtune("importance", "--inputs")).err).toContain("has no trial with a trained model yet");
});
