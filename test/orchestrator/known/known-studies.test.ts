import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sweep } from "../../../orchestrator/config/sweep.ts";
import { readKnownResults } from "../../../orchestrator/known/known-results.ts";
import { repeatWrite } from "../../../orchestrator/repeats/recorded.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { StudyStore } from "../../../storage/store.ts";
import { useFolder } from "../../support/use-folder.ts";
import { sweepOf, sweepWith } from "../config/support.ts";

const data = { sha256: "a".repeat(64) };
const parameters = `optimizer: {values: [adam, momentum]}
momentum: {min: 0.5, max: 0.9, distribution: uniform, when: {optimizer: momentum}}
hidden: {min: 8, max: 64}`;
const place = useFolder();
let store: StudyStore;

beforeEach(() => {
  store = openStore(place.db);
});
afterEach(() => {
  store.close();
});

async function sweepAfter(study: string): Promise<Sweep> {
  return await sweepOf(sweepWith(parameters, `known: {study: ${study}}\nmodel: {layers: 2}`));
}

describe("known results of another study", () => {
  function addStudy(sweep: Sweep, hiddens: readonly number[] = [8, 16, 100]): void {
    const study = store.createStudy({
      name: "before",
      key: "before-1",
      goal: sweep.metric.goal,
      metric: sweep.metric.name,
      seed: 1,
      source: "",
      config: sweep,
      data: { ...data, bytes: 1, file: "a.csv" },
      versions: {},
      baselines: [],
      at: 1,
    });
    for (const [number, hidden] of hiddens.entries()) {
      const at = 1;
      const report = { trial: number, attempt: 1, metrics: {}, seconds: 1, at };
      store.record(
        study.id,
        [
          {
            kind: "trial_added",
            trial: { number, params: { hidden }, seed: 1, epochs: 2, origin: null, at },
          },
          { kind: "attempt_offered", trial: number, attempt: 1, fromEpoch: 0, toEpoch: 2, at },
          { kind: "report", report: { ...report, n: 0, epoch: 1, value: hidden } },
          { kind: "report", report: { ...report, n: 1, epoch: 2, value: hidden / 2 } },
          { kind: "attempt_ended", trial: number, attempt: 1, state: "complete", reason: null, at },
          { kind: "trial_ended", trial: number, outcome: "complete", reason: null, model: null, at },
        ],
        "process",
      );
    }
  }

  it("come with its repeats, each a measurement of its own", async () => {
    const fixed = "model: {layers: 2, optimizer: adam}\nrepeats: {top: 1, seeds: 2}";
    addStudy(await sweepOf(sweepWith("hidden: {min: 8, max: 128}", fixed)), [8, 16, 8, 8]);
    const study = store.findStudy("before")!;
    store.record(
      study.id,
      [2, 3].map((trial, i) => repeatWrite({ trial, of: 0, seed: i + 1 }, 1)),
      "process",
    );
    const known = await readKnownResults(await sweepAfter("before"), data, store);
    expect(known!.results.map(({ params }) => params["hidden"])).toEqual([8, 16, 8, 8]);
  });

  it("come with their curves, and with what that study had fixed", async () => {
    const fixed = "model: {layers: 2, optimizer: adam}";
    addStudy(await sweepOf(sweepWith("hidden: {min: 8, max: 128}", fixed)));
    const known = await readKnownResults(await sweepAfter("before"), data, store);
    expect(known!.results).toEqual(
      [8, 16].map((hidden) => ({
        params: { optimizer: "adam", hidden },
        outcome: "complete",
        reports: [
          [1, hidden],
          [2, hidden / 2],
        ],
      })),
    );
    expect(known!.notice).toContain("1 left out, the first because of trial 2: hidden is 100");
  });

  it("do not count when anything else was fixed otherwise", async () => {
    addStudy(await sweepOf(sweepWith("hidden: {min: 8, max: 128}", "model: {layers: 1, optimizer: adam}")));
    await expect(readKnownResults(await sweepAfter("before"), data, store)).rejects.toThrow(
      "no known result of study before fits this sweep; the first does not because of trial 0: layers is 1 there and 2 here",
    );
  });

  it("need the study and its metric", async () => {
    const sweep = await sweepAfter("before");
    await expect(readKnownResults(sweep, data, store)).rejects.toThrow('known: there is no study "before"');
    addStudy(await sweepOf(sweepWith("hidden: {min: 8, max: 128}", "metric: {name: val_mae}")));
    await expect(readKnownResults(sweep, data, store)).rejects.toThrow(
      "known: study before ranks by val_mae and this sweep by val_mse, so its results do not compare",
    );
  });
});
