import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../worker/protocol/clock.ts";
import { rangeTestOf } from "../../orchestrator/config/range-study.ts";
import { loadSweep } from "../../orchestrator/config/load.ts";
import type { Sweep } from "../../orchestrator/config/sweep.ts";
import { StudyEvents, type StudyEvent } from "../../orchestrator/events.ts";
import { rangeRecords } from "../../orchestrator/lr-range/range-records.ts";
import { StudyRanges } from "../../orchestrator/lr-range/study-ranges.ts";
import { testedTrials } from "../../orchestrator/lr-range/study-table.ts";
import { runSweep } from "../../orchestrator/run/run-sweep.ts";
import { suggestionOf } from "../../search/lr-range/analyse.ts";
import { bucketOf } from "../../search/lr-range/bucket.ts";
import { openStore } from "../../storage/sqlite/open.ts";

let folder: string;
let db: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-ranges-"));
  db = path.join(folder, "study.db");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function sweepOf(rate: string): Promise<Sweep> {
  const rows = Array.from({ length: 300 }, (_, t) => Math.sin(t / 3).toFixed(4));
  await writeFile(path.join(folder, "y.csv"), `y\n${rows.join("\n")}\n`);
  const file = path.join(folder, "sweep.yaml");
  const text = `name: ranges
data: {file: y.csv, targets: [y], window: 8}
model: {hidden: 4}
parameters:
  optimizer: {values: [adam, rmsprop]}
  learning_rate: {${rate}}
budget: {trials: 5, epochs: 2}
`;
  await writeFile(file, text);
  const loaded = await loadSweep(file);
  if (!loaded.ok) throw new Error("the sweep was refused");
  return loaded.sweep;
}

const wide = "min: 0.000001, max: 10, distribution: log_uniform, range_test: {steps: 150}";

describe("a study of range tests", () => {
  it("tests every configuration, keeps each curve, and shows a learning rate for each", async () => {
    await sweepOf("values: [1]");
    const file = path.join(folder, "grid.yaml");
    const text = `name: grid
method: {name: lr_range, steps: 150}
data: {file: y.csv, targets: [y], window: 8}
model: {hidden: 4}
parameters: {optimizer: {values: [adam, rmsprop]}, layers: {values: [0, 1]}}
`;
    await writeFile(file, text);
    const loaded = await loadSweep(file);
    if (!loaded.ok) throw new Error("the sweep was refused");
    const { state } = await runSweep(loaded.sweep, { db });
    expect(state).toBe("complete");
    const store = openStore(db, { readonly: true });
    const study = store.findStudy("grid")!;
    const test = rangeTestOf(loaded.sweep)!;
    const tested = testedTrials(store, study, test);
    expect(tested).toHaveLength(4);
    for (const { trial, analysis } of tested) {
      expect(store.trial(study.id, trial)).toMatchObject({ state: "complete", model: null });
      const least = analysis.points[analysis.lowest]!.smoothed;
      expect(store.trial(study.id, trial)!.value).toBeCloseTo(least, 10);
      expect(suggestionOf(analysis, "minimum_over_3").rate).toBeGreaterThan(1e-5);
    }
    store.close();
  });
});

describe("a sweep with range tests", () => {
  it("tests each bucket once, keeps the results, and searches within them", async () => {
    const sweep = await sweepOf(wide);
    const events = new StudyEvents();
    const notices: string[] = [];
    events.on((event: StudyEvent) => {
      if (event.kind === "notice") notices.push(event.message);
    });
    await runSweep(sweep, { db, events });
    const store = openStore(db, { readonly: true });
    const study = store.findStudy("ranges")!;
    const records = rangeRecords(store, study);
    const trials = store.trials(study.id);
    const buckets = [...new Set(trials.map(({ params }) => bucketOf(params)))];
    expect(records.map(({ bucket }) => bucket).sort()).toEqual(buckets.sort());
    expect(notices.filter((words) => words.startsWith("range test of optimizer"))).toHaveLength(
      buckets.length,
    );
    for (const { bucket, range, curve } of records) {
      expect(curve.length).toBeGreaterThan(50);
      for (const { params } of trials.filter((trial) => bucketOf(trial.params) === bucket)) {
        expect(params["learning_rate"]).toBeGreaterThanOrEqual(range!.min);
        expect(params["learning_rate"]).toBeLessThanOrEqual(range!.max);
      }
    }
    const resumed = rangesOf(sweep, store);
    for (const { bucket, range } of records) expect(resumed.known(bucket)).toEqual(range);
    const going = new AbortController().signal;
    for (const { params } of trials) expect(resumed.prepare(params, going)).toBeUndefined();
    store.close();
  });

  it("searches the whole range where the suggestion lies outside of it, and says so", async () => {
    const tiny = "min: 1e-9, max: 1e-8, distribution: log_uniform, range_test: {steps: 150}";
    const events = new StudyEvents();
    const notices: string[] = [];
    events.on((event) => {
      if (event.kind === "notice") notices.push(event.message);
    });
    await runSweep(await sweepOf(tiny), { db, events });
    expect(notices[0]).toMatch(
      /the whole range of learning rates is searched, because .* outside of min to max/,
    );
    const store = openStore(db, { readonly: true });
    const [trial] = store.trials(store.findStudy("ranges")!.id);
    expect(trial?.origin).toBe("random; its range test gives no range");
    store.close();
  });
});

/** As a resumed study makes it. */
function rangesOf(sweep: Sweep, store: ReturnType<typeof openStore>): StudyRanges {
  return new StudyRanges({
    study: store.findStudy("ranges")!,
    sweep,
    use: sweep.rangeTest!,
    store,
    events: new StudyEvents(),
    clock: systemClock,
    ask: () => Promise.reject(new Error("a resumed study has nothing to test")),
    workers: 1,
    settingsFor: () => {
      throw new Error("a resumed study has nothing to test");
    },
  });
}
