import { describe, expect, it } from "vitest";
import { searchOf } from "../../../orchestrator/run/search-of.ts";
import { Nearest } from "../../../orchestrator/simulate/nearest.ts";
import { play, type Played, type Setup } from "../../../orchestrator/simulate/play.ts";
import type { RecordedCurve } from "../../../orchestrator/simulate/recorded.ts";
import type { Space } from "../../../search/space.ts";
import { sweepOf, sweepWith } from "../config/support.ts";

/** Falls towards the dropout itself; one epoch takes as many seconds as `seconds` says. */
function fallingTo(level: number, seconds = 1, epochs = 9): RecordedCurve {
  const values = Array.from({ length: epochs }, (_, index) => level + 1 / (index + 1));
  return { params: { dropout: level }, values, seconds: values.map(() => seconds) };
}

async function played(lines: string, setup: Partial<Setup> = {}): Promise<Played> {
  const text = sweepWith("dropout: {values: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]}", lines);
  const sweep = await sweepOf(text.replace("{trials: 5}", "{trials: 8, epochs: 9}"));
  return play({
    search: searchOf(sweep),
    seed: 1,
    goal: "minimize",
    curveOf: (params) => fallingTo(Number(params["dropout"])),
    epochs: 9,
    workers: 1,
    limits: { trials: 8 },
    ...setup,
  });
}

describe("a study played against recorded curves", () => {
  it("trains every trial to its end without early termination, and knows what that takes", async () => {
    const { history, epochs, seconds, steps } = await played("method: grid");
    expect(history.trials.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => "complete"));
    expect([epochs, seconds]).toEqual([72, 72]);
    expect(steps.at(-1)).toMatchObject({ trial: 0, epochs: 9, score: 0.1 + 1 / 9 });
  });

  it("lets workers finish in the order of their clocks", async () => {
    const slow = new Set([0.1, 0.2]);
    const { seconds } = await played("method: grid", {
      workers: 3,
      curveOf: ({ dropout }) => fallingTo(Number(dropout), slow.has(Number(dropout)) ? 10 : 1),
    });
    // Two workers are busy with the slow trials; the third trains the other six in the meantime.
    expect(seconds).toBe(90);
  });

  it("judges with the sweep's rules, and ends when the epochs are spent", async () => {
    const pruned = await played("early_terminate: {type: median, min_trials: 2}");
    expect(pruned.history.trials.some(({ state }) => state === "pruned")).toBe(true);
    expect(pruned.epochs).toBeLessThan(72);
    const short = await played("", { limits: { epochsInAll: 20 } });
    expect(short.epochs).toBe(20);
    expect((await played("", { limits: { seconds: 20 } })).epochs).toBe(20);
  });

  it("pauses and promotes until nothing is worth going on with", async () => {
    const { history } = await played("early_terminate: {type: asha, min_epochs: 1, eta: 3}", { workers: 3 });
    expect(history.trials).toHaveLength(8);
    const complete = history.trials.filter(({ state }) => state === "complete");
    expect(complete.map(({ params }) => params["dropout"])).toContain(0.1);
    expect(history.running.size).toBe(0);
  });

  it("ends a trial that diverges, as a worker does, and one whose record is short", async () => {
    const { history, epochs } = await played("method: grid", {
      curveOf: ({ dropout }) =>
        dropout === 0.1
          ? { params: {}, values: [1, null, 0.01], seconds: [1, 1, 1] }
          : fallingTo(Number(dropout), 1, 4),
    });
    expect(history.trial(0)).toMatchObject({ state: "diverged", epoch: 2, best: 1 });
    expect(history.trial(1)).toMatchObject({ state: "complete", epoch: 4 });
    expect(epochs).toBe(2 + 7 * 4);
  });

  it("is the same for the same seed, and another for another", async () => {
    const lines = "method: tpe\nearly_terminate: {type: thaw}\nseed: ";
    const params = async (seed: number): Promise<unknown> =>
      (await played(`${lines}${seed}`, { seed, workers: 2 })).history.trials.map((trial) => [
        trial.params,
        trial.scores,
      ]);
    expect(await params(3)).toEqual(await params(3));
    expect(await params(3)).not.toEqual(await params(4));
  });
});

describe("the nearest record", () => {
  const space: Space = {
    parameters: [
      { name: "learning_rate", domain: { kind: "float", min: 1e-4, max: 1, scale: "log" }, when: [] },
      { name: "optimizer", domain: { kind: "categorical", values: ["adam", "sgd"] }, when: [] },
      { name: "hidden", domain: { kind: "int", min: 1, max: 9, scale: "linear", step: 1 }, when: [] },
    ],
  };
  const records = [
    { learning_rate: 1e-3, optimizer: "adam" },
    { learning_rate: 1e-2, optimizer: "adam" },
    { learning_rate: 1e-2, optimizer: "sgd" },
    { learning_rate: 50, optimizer: "sgd" },
  ].map((params) => ({ params, values: [1], seconds: [1] }));
  const nearest = new Nearest(space, records);

  it("is the same configuration where there is one", () => {
    for (const [index, { params }] of records.entries()) expect(nearest.to(params)).toBe(index);
  });

  it("is near on the parameter's own scale", () => {
    expect(nearest.to({ learning_rate: 2.9e-3, optimizer: "adam" })).toBe(0);
    expect(nearest.to({ learning_rate: 3.3e-3, optimizer: "adam" })).toBe(1);
    expect(nearest.to({ learning_rate: 0.02, optimizer: "sgd" })).toBe(2);
    // A record beyond the range is as far away as it is, not at its end.
    expect(nearest.to({ learning_rate: 0.9, optimizer: "adam" })).toBe(1);
  });

  it("says which parameters count", () => {
    expect(nearest.matched).toEqual(["learning_rate", "optimizer"]);
    expect(nearest.unknown).toEqual(["hidden"]);
  });
});
