import { expect, it } from "vitest";
import { StudyEvents } from "../../orchestrator/events.ts";
import { recordedRepeats, type Repeat } from "../../orchestrator/repeats/recorded.ts";
import { bestTrials } from "../../orchestrator/views/best-trial.ts";
import { leaderboard, type Leaderboard } from "../../orchestrator/views/leaderboard.ts";
import { medianPruner } from "../../search/pruners/percentile.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore, Trial } from "../../storage/store.ts";
import { db } from "../support/folder-per-test.ts";
import { runScripted } from "../support/scripted-study.ts";

function read<T>(what: (store: StudyStore, study: number) => T): T {
  const store = openStore(db, { readonly: true });
  try {
    return what(store, store.findStudy("scripted")!.id);
  } finally {
    store.close();
  }
}
const trials = (): readonly Trial[] => read((store, study) => store.trials(study));
const repeats = (): readonly Repeat[] => read((store, study) => recordedRepeats(store, study));
const board = (): Leaderboard => read((store) => leaderboard(store, store.findStudy("scripted")!));

const setup = {
  trials: 8,
  epochs: 6,
  plan: { repeats: { top: 2, seeds: 3 } },
  workerArgs: ["--epoch-ms", "3", "--noise", "1"],
};

it("a study with repeats trains the best again with other seeds, after the search, to the end, and ranks only the search", async () => {
  const pruner = medianPruner("val_mse", { min_epochs: 2, min_trials: 2 });
  const ending = await runScripted(db, { ...setup, pruner });
  expect(ending.reason).toBe("all trials of the budget are done, and the best were repeated");
  const best = trials()
    .slice(0, 8)
    .toSorted((a, b) => a.value! - b.value!)
    .slice(0, 2);
  const begun = repeats();
  expect(begun.map(({ trial }) => trial)).toEqual(begun.map((_, index) => 8 + index));
  expect(new Set(begun.map(({ of }) => of))).toEqual(new Set(best.map(({ number }) => number)));
  for (const { trial, of, seed } of begun) {
    const again = trials()[trial]!;
    expect(again).toMatchObject({ params: trials()[of]!.params, state: "complete", epochsDone: 6 });
    expect(again.origin).toBe(`repeat of ${of} (seed ${seed})`);
    expect(again.seed).not.toBe(trials()[of]!.seed);
  }
  const finalists = read((store) => bestTrials(store, store.findStudy("scripted")!, 20));
  expect(finalists.map(({ number }) => number).filter((number) => number > 7)).toEqual([]);
  expect(finalists[0]!.number).toBe(best[0]!.number);
  const { trials: rows, repeats: count } = board();
  expect(count).toBe(begun.length);
  expect(rows).toHaveLength(8);
  expect(rows.find((row) => row.repeats?.standing === "best")!.repeats).toMatchObject({ n: 3 });
  expect(rows[5]!.repeats).toBeNull();
});

it("a study with repeats goes on with the repeats after a sudden death, and asks the sampler for nothing more", async () => {
  const death = new AbortController();
  const events = new StudyEvents();
  events.on((event) => {
    if (event.kind === "report" && event.trial === 9) death.abort();
  });
  const first = await runScripted(db, { ...setup, events, interrupts: { now: death.signal } });
  expect(first.state).toBe("interrupted");
  const before = trials().slice(0, 8);
  const sampler = { name: "silent", suggest: () => expect.fail("the search is over") };
  await runScripted(db, { ...setup, plan: { ...setup.plan, sampler } });
  expect(trials().slice(0, 8)).toEqual(before);
  const begun = repeats();
  expect(new Set(begun.map(({ of, seed }) => `${of}/${seed}`)).size).toBe(begun.length);
  expect(begun.some(({ seed }) => seed === 3)).toBe(true);
  expect(trials().every(({ state }) => state === "complete")).toBe(true);
});
