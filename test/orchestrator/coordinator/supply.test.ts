import { describe, expect, it } from "vitest";
import { StudyEvents } from "../../../orchestrator/events.ts";
import { override } from "../../../orchestrator/override.ts";
import type { Sampler } from "../../../search/sampler.ts";
import { randomSampler } from "../../../search/samplers/random.ts";
import { StoreError } from "../../../storage/errors.ts";
import type { StudyStore } from "../../../storage/store.ts";
import { runInProcess, runInVirtualTime } from "../../support/in-process-study.ts";
import { scriptedSpace } from "../../support/scripted-study.ts";
import { useFolder } from "../../support/use-folder.ts";

const place = useFolder();
const curve = (_model: object, epoch: number): number => 1 / epoch;
const sampler = randomSampler(scriptedSpace);

/** Notes for each trial whether its start was recorded in a transaction with what came before it. */
function watching(shared: boolean[]): (store: StudyStore) => StudyStore {
  let within = false;
  return (store) =>
    override(store, {
      together: (durability, work) =>
        store.together(durability, () => {
          within = true;
          try {
            return work();
          } finally {
            within = false;
          }
        }),
      record: (study, writes, durability) => {
        if (writes.some(({ kind }) => kind === "trial_added")) shared.push(within);
        return store.record(study, writes, durability);
      },
    });
}

describe("a free slot", () => {
  it("is used in the transaction that ends the trial before", async () => {
    const shared: boolean[] = [];
    const budget = { trials: 5, epochs: 2 };
    await runInVirtualTime({ budget, curve, epochMs: () => 10, recording: watching(shared) });
    expect(shared).toEqual([false, true, true, true, true]);
  });

  it("is used after that transaction where suggestions take long, for others would wait meanwhile", async () => {
    const slow: Sampler = {
      ...sampler,
      suggest: (...args) => {
        const until = performance.now() + 20;
        while (performance.now() < until);
        return sampler.suggest(...args);
      },
    };
    const shared: boolean[] = [];
    const db = `${place.folder}/slow.db`;
    await runInProcess(db, {
      budget: { trials: 4, epochs: 2 },
      curve,
      plan: { sampler: slow },
      recording: watching(shared),
    });
    expect(shared).toEqual([false, false, false, false]);
  });

  it("is used once, whichever commits the disk refuses", async () => {
    let commits = 0;
    const events = new StudyEvents();
    const started: number[] = [];
    const notices: string[] = [];
    events.on((event) => {
      if (event.kind === "trial_started") started.push(event.trial);
      if (event.kind === "notice") notices.push(event.message);
    });
    const ending = await runInVirtualTime({
      budget: { trials: 6, epochs: 2 },
      curve,
      epochMs: () => 10,
      workers: 2,
      events,
      recording: (store) =>
        override(store, {
          together: (durability, work) =>
            store.together(durability, () => {
              const result = work();
              commits += 1;
              if (commits % 2 === 0) throw new StoreError("disk", "study.db", "the disk is full");
              return result;
            }),
        }),
    });
    expect(ending.state).toBe("complete");
    expect(started).toEqual([0, 1, 2, 3, 4, 5]);
    expect(new Set(notices)).toEqual(new Set(["the disk is full"]));
  });

  it("ends the study as failed when the search itself fails, and loses nothing that was recorded", async () => {
    const broken: Sampler = {
      ...sampler,
      suggest: (history, number, rng) => {
        if (number === 2) throw new Error("no idea");
        return sampler.suggest(history, number, rng);
      },
    };
    const db = `${place.folder}/broken.db`;
    const budget = { trials: 4, epochs: 2 };
    const ending = await runInProcess(db, { budget, curve, plan: { sampler: broken } });
    expect(ending).toEqual({ state: "failed", reason: "the search failed: no idea" });
    const resumed = await runInProcess(db, { budget, curve });
    expect(resumed.state).toBe("complete");
  });
});
