import { describe, expect, test } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { studySnapshot, studyDelta } from "../../orchestrator/views/page/study.ts";
import { leaderboard } from "../../orchestrator/views/leaderboard.ts";
import { columnsOf, rowsOf, sortRows } from "../../page/src/table/columns.ts";
import { trialOf, withPiece, type PageTrial } from "../../page/src/data/page-trial.ts";
import { progressOf } from "../../page/src/data/progress.ts";
import { addStudy, began, oddStudies } from "../support/odd-studies.ts";
import { addEtth1 } from "../support/sample-studies.ts";
import { useFolder } from "../support/use-folder.ts";
import type { Study, StudyStore } from "../../storage/store.ts";

const place = useFolder();

function withStudy<T>(
  make: (store: StudyStore) => Study | void,
  use: (store: StudyStore, study: Study) => T,
): T {
  const store = openStore(place.db);
  try {
    make(store);
    return use(store, store.latestStudy()!);
  } finally {
    store.close();
  }
}

function trialsOf(store: StudyStore, study: Study): readonly PageTrial[] {
  return studySnapshot(store, study, false).trials.map((tuple) => trialOf(tuple, undefined));
}

describe("the table of trials", () => {
  test.each([...Object.entries(oddStudies), ["usual", addEtth1] as const])(
    "ranks as the leaderboard does: %s",
    (_name, make) => {
      withStudy(make, (store, study) => {
        const { head, status } = studySnapshot(store, study, false);
        const rows = rowsOf(trialsOf(store, study), head);
        const board = leaderboard(store, study);
        const skill = columnsOf(head, status, false).find(({ id }) => id === ":skill")!;
        expect(rows.map((row) => [row.trial.number, row.trial.value, skill.key(row)])).toEqual(
          board.trials.map(({ number, value, skill }) => [number, value, skill]),
        );
      });
    },
  );

  test("sorts by any column either way, those without a value last", () => {
    withStudy(addEtth1, (store, study) => {
      const { head, status } = studySnapshot(store, study, false);
      const rows = rowsOf(trialsOf(store, study), head);
      const columns = columnsOf(head, status, false);
      const by = (sort: string) => sortRows(rows, columns, sort).map(({ trial }) => trial.number);
      expect(by(":value")).toEqual([0, 4, 1, 2, 3]);
      expect(by("-:value")).toEqual([1, 4, 0, 2, 3]);
      expect(by("hidden")).toEqual([2, 4, 3, 0, 1]);
      expect(by("-learning_rate")).toEqual([2, 1, 4, 0, 3]);
      expect(by("no such column")).toEqual(by(":rank"));
    });
  });

  test("puts repeats together with the trial that they repeat", () => {
    const tuple = (number: number, value: number, repeatOf: number | null) =>
      trialOf(
        [number, "complete", value, 1, value, 1, 1, 1, 0, 1, 0, 9, repeatOf, null, null, {}],
        undefined,
      );
    const trials = [tuple(0, 0.5, null), tuple(1, 0.4, null), tuple(2, 0.42, 1), tuple(3, 0.44, 1)];
    const rows = rowsOf(trials, { goal: "minimize" });
    expect(rows.map(({ trial, repeats }) => [trial.number, repeats])).toEqual([
      [1, [0.42, 0.44]],
      [0, []],
    ]);
  });
});

describe("a page that was open from the beginning", () => {
  test("knows what one knows that is opened now", () => {
    withStudy(oddStudies["conditional parameters"]!, (store, study) => {
      const delta = studyDelta(store, study, false, { reports: 0, ended: 0, trials: 0 });
      const known = studySnapshot(store, study, false);
      expect(delta.place).toBe(known.place);
      const strip = (tuple: readonly unknown[]) => tuple.filter((_, i) => i !== 8 && i !== 9);
      expect(delta.trials.map(strip)).toEqual(known.trials.map(strip));
      for (const piece of delta.curves) {
        expect(Array.from(withPiece([], piece))).toEqual(
          store.curve(study.id, piece.trial).map(({ value }) => value ?? Number.NaN),
        );
      }
    });
  });

  test("puts a piece of a curve behind what it knows, and drops what was taken back", () => {
    expect(withPiece([1, 2, 3, 4], { trial: 0, from: 3, values: [9, null] })).toEqual([1, 2, 9, Number.NaN]);
    expect(withPiece([1, 2, 3, 4], { trial: 0, from: 1, values: [7] })).toEqual([7]);
    expect(withPiece([], { trial: 0, from: 3, values: [7] })).toEqual([Number.NaN, Number.NaN, 7]);
  });
});

describe("the time left", () => {
  test("counts pruned trials at what they take, and what running ones have behind them", () => {
    withStudy(
      (store) =>
        addStudy(store, "half", [
          { params: {}, values: [0.5, 0.4], outcome: "complete" },
          { params: {}, values: [], outcome: "pruned" },
          { params: {}, values: [0.5], outcome: "running" },
        ]),
      (store, study) => {
        const { head, status } = studySnapshot(store, study, true);
        const budget = { trials: 5, wallTimeMs: null, target: null };
        const wanted = { ...head, budget, epochs: 4 };
        // The seconds come with the curves.
        const trials = trialsOf(store, study).map((trial) => ({ ...trial, seconds: trial.epochsDone / 2 }));
        const now = began + 3000;
        const { left, saved, trained } = progressOf(trials, wanted, status, now);
        // Trials that come to epoch 1 go on to 2 and end: two are to begin, one has one epoch to go, at half a second each.
        expect([left, saved, trained]).toEqual([2500, 4, 3]);
        const short = { ...wanted, budget: { ...budget, wallTimeMs: 4000 } };
        expect(progressOf(trials, short, status, now).left).toBe(1000);
        expect(progressOf(trials, wanted, { ...status, driven: false }, now).left).toBeNull();
      },
    );
  });
});
