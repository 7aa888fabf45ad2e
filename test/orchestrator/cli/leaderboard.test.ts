import path from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { lockStudy } from "../../../storage/lock.ts";
import { makeSampleDatabase } from "../../support/sample-studies.ts";
import { newStudy, wholeTrial } from "../../support/study-writes.ts";
import { labFolder, tell } from "./support.ts";

const cwd = labFolder();
makeSampleDatabase(path.join(cwd, "seqtune.db"));

describe("leaderboard for people", () => {
  it("ranks trials and baselines together and says what to type next", async () => {
    const { stdout, code } = await tell(["leaderboard"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "etth1  complete: all 5 trials of the budget are done (2 min 41 s)
      5 trials: 2 complete, 1 pruned, 1 diverged, 1 failed
      val_mse, lower is better; skill: against season ago (0.41), share of its error removed

      #  trial  outcome        val_mse  skill  epoch  layers  hidden  optimizer  learning_rate
      1      0  complete        0.3000   +27%    3/3       1      32  adam               0.005
                (linear)        0.3300   +20%
      2      4  complete        0.3500   +15%    2/3       1      16  adam                0.01
                (season ago)    0.4100     0%
                (repeat last)   0.5000   -22%
      3      1  pruned          0.5500   -34%    2/2       0          rmsprop             0.05
             2  diverged             –      –      2       1       8  adam                   1
             3  failed               –      –      0       1      16  adam              0.0004

      the same in all: batch_size=256
      (in brackets) baselines on the same rows
      results in /lab/seqtune.db

      next
        seqtune show etth1 0             curve, attempts and weights of the best
        seqtune evaluate etth1 --top 3   score the best on the test rows
      "
    `);
  });

  it("never wraps: columns shorten, then go, and it says which", async () => {
    const { stdout } = await tell(["leaderboard"], { cwd, columns: 56 });
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(56);
    expect(stdout).toMatchInlineSnapshot(`
      "etth1  complete: all 5 trials of the budget are done (2
        min 41 s)
      5 trials: 2 complete, 1 pruned, 1 diverged, 1 failed
      val_mse, lower is better; skill: against season ago
        (0.41), share of its error removed

      #  trial  outcome        val_mse  skill  epoch  layers
      1      0  complete        0.3000   +27%    3/3       1
                (linear)        0.3300   +20%
      2      4  complete        0.3500   +15%    2/3       1
                (season ago)    0.4100     0%
                (repeat last)   0.5000   -22%
      3      1  pruned          0.5500   -34%    2/2       0
             2  diverged             –      –      2       1
             3  failed               –      –      0       1

      the same in all: batch_size=256
      hidden columns: hidden, optimizer, learning_rate (widen
        the terminal, or pipe through less -S)
      (in brackets) baselines on the same rows
      results in /lab/seqtune.db

      next
        seqtune show etth1 0
        seqtune evaluate etth1 --top 3
      "
    `);
  });

  it("fits on a terminal of 30 columns too", async () => {
    const { stdout } = await tell(["leaderboard"], { cwd, columns: 30 });
    const table = stdout.split("\n\n")[1]!.split("\n");
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(30);
  });

  it("shows the best 20 unless asked for more", async () => {
    const file = path.join(cwd, "many.db");
    const store = openStore(file);
    const study = store.createStudy(newStudy({ name: "many", baselines: [] }));
    for (let trial = 0; trial < 30; trial++) {
      store.record(study.id, wholeTrial(trial, [1 + trial / 100]), "process");
    }
    store.close();
    const short = await tell(["leaderboard", "--db", "many.db"], { cwd });
    expect(short.stdout).toContain("10 more");
    expect(short.stdout).toContain("seqtune leaderboard many --top 30 --db many.db");
    expect(short.stdout).not.toMatch(/\n30 +29 /);
    const long = await tell(["leaderboard", "--db", "many.db", "--top", "30"], { cwd });
    expect(long.stdout).toMatch(/\n30 +29 /);
    expect(long.stdout).not.toContain("more");
  });

  it("colours only where colours are wanted", async () => {
    const plain = await tell(["leaderboard"], { cwd });
    const coloured = await tell(["leaderboard"], { cwd, colors: true });
    // oxlint-disable-next-line no-control-regex
    const escapes = /\u001b\[\d+m/g;
    expect(plain.stdout).not.toMatch(escapes);
    expect(coloured.stdout).toMatch(escapes);
    expect(coloured.stdout.replace(escapes, "")).toBe(plain.stdout);
  });

  it("says that a study's process died without a word, and how to go on", async () => {
    const { stdout } = await tell(["leaderboard", "night"], { cwd });
    expect(stdout).toContain("night  ended without a word: seqtune resume night");
    expect(stdout).toContain("seqtune resume night   go on where it ended");
  });

  it("says that a study runs while a process drives it", async () => {
    const lock = lockStudy(path.join(cwd, "seqtune.db"), "night-k3y", { pid: 1, host: "here" });
    try {
      const { stdout } = await tell(["leaderboard", "night"], { cwd });
      expect(stdout).toMatch(/^night {2}running \(/);
      expect(stdout).toContain("seqtune stop night");
      expect(stdout).not.toContain("resume");
    } finally {
      lock.release();
    }
  });

  it("calls the steps of range tests steps, and does not advise to score them", async () => {
    const store = openStore(path.join(cwd, "tests.db"));
    const study = store.createStudy(newStudy({ name: "rates", metric: "smoothed_loss", baselines: [] }));
    store.record(study.id, wholeTrial(0, [0.5, 0.3, 0.9]), "process");
    store.close();
    const { stdout } = await tell(["leaderboard", "--db", "tests.db"], { cwd });
    expect(stdout).toMatch(/smoothed_loss +step /);
    expect(stdout).toMatch(/1 +0 +complete +0\.3000 +2\/3/);
    expect(stdout).not.toMatch(/epoch|evaluate|weights/);
    expect(stdout).toContain("seqtune lr-find rates --db tests.db");
  });

  it("says why nothing has a value when nothing has", async () => {
    const store = openStore(path.join(cwd, "failed.db"));
    const study = store.createStudy(newStudy({ name: "broken", baselines: [] }));
    store.record(study.id, wholeTrial(0, [], "failed").slice(0, -1), "process");
    const reason = "out of memory\u001b[2J";
    store.record(
      study.id,
      [{ kind: "trial_ended", trial: 0, outcome: "failed", reason, model: null, at: 9 }],
      "process",
    );
    store.close();
    const { stdout } = await tell(["leaderboard", "--db", "failed.db"], { cwd });
    expect(stdout).toContain("no trial has a value; most often: out of memory\ufffd[2J (1 of 1 trials)");
  });
});
