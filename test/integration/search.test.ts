import path from "node:path";
import { describe, expect, it } from "vitest";
import { methods } from "../../orchestrator/config/methods.ts";
import { pruners } from "../../orchestrator/config/pruners.ts";
import { StudyEvents } from "../../orchestrator/events.ts";
import { searchOf, type Search } from "../../orchestrator/run/search-of.ts";
import { play } from "../../orchestrator/simulate/play.ts";
import type { RecordedCurve } from "../../orchestrator/simulate/recorded.ts";
import { paramsKey, type Params } from "../../search/space.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Trial } from "../../storage/store.ts";
import { sweepOf, sweepWith } from "../orchestrator/config/support.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { runScripted } from "../support/scripted-study.ts";

function trialsOf(file: string): readonly Trial[] {
  const store = openStore(file, { readonly: true });
  try {
    return store.trials(store.findStudy("scripted")!.id);
  } finally {
    store.close();
  }
}

const epochs = 16;

/** The search of a sweep file with these lines, over learning rates and hidden sizes. */
async function searchWith(trials: number, lines: string): Promise<Search> {
  const parameters = `learning_rate: {values: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]}
hidden: {min: 8, max: 64, step: 8}`;
  const text = sweepWith(parameters, lines).replace("{trials: 5}", `{trials: ${trials}, epochs: ${epochs}}`);
  return searchOf(await sweepOf(text));
}

// Range tests (lr_range) train no trials.
const searches = Object.keys(methods).filter((name) => name !== "lr_range");

describe.each(searches)("method %s", (name) => {
  it("suggests after a sudden death and a resume what it would have suggested anyway", async () => {
    const setup = { trials: 14, epochs: 2, workers: 1 };
    const whole = path.join(folder, "whole.db");
    await runScripted(whole, { ...setup, plan: await searchWith(14, `method: ${name}`) });

    const death = new AbortController();
    const events = new StudyEvents();
    events.on((event) => {
      if (event.kind === "report" && event.trial === 9) death.abort();
    });
    const interrupts = { now: death.signal };
    const first = await runScripted(db, {
      ...setup,
      plan: await searchWith(14, `method: ${name}`),
      events,
      interrupts,
    });
    expect(first.state).toBe("interrupted");
    expect(trialsOf(db).length).toBeLessThan(14);
    await runScripted(db, { ...setup, plan: await searchWith(14, `method: ${name}`) });

    const configurations = trialsOf(db).map(({ params }) => params);
    expect(configurations).toEqual(trialsOf(whole).map(({ params }) => params));
    expect(new Set(configurations.map(paramsKey)).size).toBe(14);
  });
});

/** Settings that rules need, or that make them decide within 16 epochs. */
const ruleSettings: Readonly<Record<string, string>> = {
  percentile: ", percentile: 30",
  threshold: ", max: 1.5, min_epochs: 2",
  patience: ", patience: 3, min_delta: 0.1",
};

const rules = Object.keys(pruners).flatMap((type) =>
  type === "asha" || type === "hyperband"
    ? [`${type}, mode: promote`, `${type}, mode: stop`]
    : [`${type}${ruleSettings[type] ?? ""}`],
);

describe.each(rules)("early_terminate {type: %s}", (rule) => {
  it("saves epochs, says why, and calls only trials complete that trained to the end", async () => {
    const trials = 12;
    const plan = await searchWith(trials, `early_terminate: {type: ${rule}}`);
    const ending = await runScripted(db, {
      trials,
      epochs,
      plan,
      workerArgs: ["--epoch-ms", "20"],
    });
    expect(ending).toEqual({ state: "complete", reason: "all trials of the budget are done" });
    const all = trialsOf(db);
    expect(all).toHaveLength(trials);
    for (const { state, epochsDone, reason } of all) {
      expect(["complete", "pruned"]).toContain(state);
      if (state === "complete") expect(epochsDone).toBe(epochs);
      else expect(reason).toContain("val_mse");
    }
    expect(all.reduce((sum, { epochsDone }) => sum + epochsDone, 0)).toBeLessThan(trials * epochs);
  });
});

it("a study trains no epoch while a verdict is on its way", async () => {
  const plan = await searchWith(9, "early_terminate: {type: asha, min_epochs: 2, eta: 3}");
  // Epochs that take no time at all would run far past a rung otherwise.
  await runScripted(db, { trials: 9, epochs, plan });
  expect(new Set(trialsOf(db).map(({ epochsDone }) => epochsDone))).toEqual(new Set([2, 6, 16]));
  for (const { state, reason } of trialsOf(db)) {
    if (state === "pruned") expect(reason).toMatch(/^waits at epoch \d+ with val_mse .*, number \d+ of \d+/);
  }
});

it("a study goes on promoting after the last new trial, until the best of each rung is trained out", async () => {
  const plan = await searchWith(5, "early_terminate: {type: asha, min_epochs: 2, eta: 4}");
  await runScripted(db, {
    trials: 5,
    epochs,
    workers: 3,
    plan,
    workerArgs: ["--epoch-ms", "20"],
  });
  const best = trialsOf(db).filter(({ state }) => state === "complete");
  expect(best.length).toBeGreaterThan(0);
  expect(best.every(({ attempts }) => attempts > 1)).toBe(true);
});

it("a study goes on with paused trials after a sudden death", async () => {
  const rule = "early_terminate: {type: asha, min_epochs: 2, eta: 3}";
  const setup = { trials: 8, epochs, workerArgs: ["--epoch-ms", "20"] };
  const death = new AbortController();
  const events = new StudyEvents();
  let continued = 0;
  events.on((event) => {
    if (event.kind === "trial_continued" && ++continued === 2) death.abort();
  });
  const first = await runScripted(db, {
    ...setup,
    plan: await searchWith(8, rule),
    events,
    interrupts: { now: death.signal },
  });
  expect(first.state).toBe("interrupted");
  expect(trialsOf(db).some(({ state }) => state === "paused")).toBe(true);
  await runScripted(db, { ...setup, plan: await searchWith(8, rule) });
  const states = new Set(trialsOf(db).map(({ state }) => state));
  expect([...states].toSorted()).toEqual(["complete", "pruned"]);
  for (const { state, epochsDone } of trialsOf(db)) {
    if (state === "complete") expect(epochsDone).toBe(epochs);
  }
});

it.each(["", "early_terminate: {type: asha, eta: 3}", "early_terminate: {type: thaw}"])(
  "decides as a simulation does that knows the curves: %s",
  async (rule) => {
    const lines = `method: tpe\n${rule}`;
    await runScripted(db, { trials: 14, epochs, workers: 1, plan: await searchWith(14, lines) });
    const { history } = play({
      search: await searchWith(14, lines),
      seed: 1,
      goal: "minimize",
      curveOf: scriptedCurve,
      epochs,
      workers: 1,
      limits: { trials: 14 },
    });
    const simulated = history.trials.map(({ params, scores }) => ({ params, epochs: scores.length }));
    expect(trialsOf(db).map(({ params, epochsDone }) => ({ params, epochs: epochsDone }))).toEqual(simulated);
  },
);

/** As test/support/scripted-worker.ts has it. */
function scriptedCurve(params: Params): RecordedCurve {
  const level = Math.abs(Math.log10(Number(params["learning_rate"])) + 2);
  const values = Array.from({ length: epochs }, (_, index) => level + 1 / (index + 1));
  return { params, values, seconds: values.map(() => 1) };
}
