import { mkdtempSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { leaderboardCsv } from "../../../orchestrator/views/leaderboard-export.ts";
import { leaderboard } from "../../../orchestrator/views/leaderboard.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { labFolder } from "../cli/support.ts";
import { addLuckyStudy, luckyTrial } from "../../support/lucky-study.ts";
import { addStudy, oddStudies, type OddTrial } from "../../support/odd-studies.ts";

const folder = labFolder();

describe("the trial to choose by what is expected", () => {
  it("is named beside the lucky first of the ranking, which stays first", () => {
    const store = openStore(path.join(mkdtempSync(path.join(folder, "db-")), "seqtune.db"));
    const board = leaderboard(store, addLuckyStudy(store));
    const { trial, mean, first, words } = board.expected!;
    expect(board.trials[0]!.number).toBe(luckyTrial);
    expect(first).toMatchObject({ trial: luckyTrial, value: 0.205 });
    expect(first!.mean - mean).toBeCloseTo(first!.behind, 9);
    expect([19, 20]).toContain(trial);
    expect(words).toMatch(
      new RegExp(
        `^trial 22 looks lucky: it came to 0\\.205, and its configuration is expected to come to \\S+; trial ${trial} is expected to be better by \\S+, with a probability of \\d+ %$`,
      ),
    );
    const row = board.trials.find(({ number }) => number === trial)!;
    expect(row.expected).toEqual({ mean, deviation: board.expected!.deviation });
    expect(leaderboardCsv(board).split("\r\n")[0]).toContain(",expected_mean,expected_deviation,");
    store.close();
  });

  it("is judged by its repeats where it was trained again", () => {
    const store = openStore(path.join(mkdtempSync(path.join(folder, "db-")), "seqtune.db"));
    const { expected } = leaderboard(store, addLuckyStudy(store, [0.39, 0.41, 0.4]));
    expect([19, 20]).toContain(expected!.trial);
    expect(expected!.words).toMatch(
      /^trial 22 looks lucky: 3 repeats of it are worse by 0\.2 on average; trial (19|20) is/,
    );
    store.close();
  });

  it("is the first of the ranking where its repeats bear it out", () => {
    const store = openStore(path.join(mkdtempSync(path.join(folder, "db-")), "seqtune.db"));
    const { expected } = leaderboard(store, addLuckyStudy(store, [0.2, 0.21, 0.19]));
    expect(expected).toMatchObject({
      trial: luckyTrial,
      first: { trial: luckyTrial, chance: 0 },
      words: null,
    });
    store.close();
  });

  it("follows the goal: what is to be maximised is expected to be lower, and other trials higher", () => {
    const store = openStore(path.join(mkdtempSync(path.join(folder, "db-")), "seqtune.db"));
    const trials = Array.from({ length: 30 }, (_, trial): OddTrial => {
      const rate = trial / 29;
      const value = trial === 2 ? 0.97 : 0.9 - (rate - 0.7) ** 2 + 0.01 * Math.sin(37 * trial);
      return { params: { rate }, values: [value], outcome: "complete" };
    });
    const study = addStudy(store, "luck", trials, { goal: "maximize", metric: "val_auc" });
    const { expected } = leaderboard(store, study);
    expect(expected!.trial).toBeGreaterThan(14);
    expect(expected!.first).toMatchObject({ trial: 2, value: 0.97 });
    expect(expected!.first!.mean).toBeLessThan(expected!.mean);
    expect(expected!.first!.behind).toBeCloseTo(expected!.mean - expected!.first!.mean, 9);
    store.close();
  });

  it("is none for a study that has too little to say", () => {
    for (const which of ["no trial", "one trial", "only pruned", "only NaN"]) {
      const store = openStore(path.join(mkdtempSync(path.join(folder, "db-")), "seqtune.db"));
      const { expected, trials } = leaderboard(store, oddStudies[which]!(store));
      expect(expected).toBeNull();
      for (const row of trials) expect(row.expected).toBeNull();
      store.close();
    }
  });
});
