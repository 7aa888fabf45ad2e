import { describe, expect, it } from "vitest";
import { History } from "../../search/history.ts";
import type { Pruner, Verdict } from "../../search/pruner.ts";
import { anyOf } from "../../search/pruners/any-of.ts";
import { ashaPruner } from "../../search/pruners/halving.ts";
import { patiencePruner } from "../../search/pruners/patience.ts";
import { medianPruner, percentilePruner } from "../../search/pruners/percentile.ts";
import { thresholdPruner } from "../../search/pruners/threshold.ts";
import { rngFor } from "../../search/random.ts";
import type { Goal } from "../../search/scores.ts";
import { SettingError } from "../../search/settings.ts";
import { prunerContract } from "../contracts/pruner.ts";

prunerContract("median", (metric) => medianPruner(metric, { min_trials: 2 }));
prunerContract("percentile 25", (metric) =>
  percentilePruner(metric, { percentile: 25, min_epochs: 2, interval: 3 }),
);
prunerContract("threshold", (metric) => thresholdPruner(metric, { max: 1e9, min: -1e9 }));
prunerContract("patience", (metric) => patiencePruner(metric, { patience: 2, min_delta: 0.01 }));
prunerContract("median or patience", (metric) =>
  anyOf([medianPruner(metric), patiencePruner(metric, { patience: 3 })]),
);

/** A study as one row of values per trial; rows end where the trial has got to. */
function curves(rows: readonly (readonly (number | null)[])[], goal: Goal = "minimize"): History {
  const history = new History(goal);
  for (const [trial, values] of rows.entries()) {
    history.apply({ kind: "started", trial, params: {}, epochs: 20 });
    for (const [i, value] of values.entries())
      history.apply({ kind: "reported", trial, epoch: i + 1, value });
  }
  return history;
}

function judgeLast(pruner: Pruner, history: History): Verdict {
  return pruner.judge(history, history.trials.at(-1)!);
}

const stopped = (reason: string): Verdict => ({ kind: "stop", reason });
const goesOn: Verdict = { kind: "continue" };

describe("asha", () => {
  const asha = ashaPruner("val_mse", { epochs: 9, eta: 3 });

  it("lets one in three go on, rounded down, but always the best", () => {
    expect(judgeLast(asha, curves([[0.1], [0.5], [0.4], [0.3], [0.2]]))).toEqual(
      stopped("val_mse 0.2 is number 2 of the 5 trials that reached epoch 1; only the best one goes on"),
    );
    expect(judgeLast(asha, curves([[0.1], [0.5], [0.4], [0.3], [0.6], [0.2]]))).toEqual(goesOn);
    expect(judgeLast(asha, curves([[0.5], [0.2]]))).toEqual(goesOn);
  });

  it("places the earlier of two equal trials first", () => {
    const equal = curves([[0.2], [0.2], [0.9]]);
    expect(asha.judge(equal, equal.trials[0]!)).toEqual(goesOn);
    expect(asha.judge(equal, equal.trials[1]!).kind).toBe("stop");
  });
});

describe("median", () => {
  it("judges the first wave: nothing has completed, four others run", () => {
    const history = curves([[0.3], [0.2], [0.25], [0.4], [0.31]]);
    expect(judgeLast(medianPruner("val_mse"), history)).toEqual(
      stopped("val_mse 0.31 at epoch 1 is worse than the median 0.275 of 4 trials at that epoch"),
    );
  });

  it("waits until enough others got that far", () => {
    const history = curves([[0.3, 0.1], [0.2, 0.1], [0.25, 0.1], [0.4], [0.9, 0.9]]);
    expect(judgeLast(medianPruner("val_mse"), history)).toEqual(goesOn);
    expect(judgeLast(medianPruner("val_mse", { min_trials: 3 }), history).kind).toBe("stop");
  });

  it("lets a tie with the median live, and forgives one bad epoch after good ones", () => {
    expect(judgeLast(medianPruner("val_mse"), curves([[0.3], [0.3], [0.3], [0.3], [0.3]])).kind).toBe(
      "continue",
    );
    const relapsed = curves([
      [1, 0.5],
      [1, 0.5],
      [1, 0.5],
      [1, 0.5],
      [0.4, 9],
    ]);
    expect(judgeLast(medianPruner("val_mse"), relapsed).kind).toBe("continue");
  });

  it("stops a trial that is not finite among finite ones, and none when most are not finite", () => {
    expect(judgeLast(medianPruner("val_mse"), curves([[1], [1], [1], [1], [null]]))).toEqual(
      stopped("val_mse not finite at epoch 1 is worse than the median 1 of 4 trials at that epoch"),
    );
    expect(judgeLast(medianPruner("val_mse"), curves([[1], [null], [null], [null], [5]])).kind).toBe(
      "continue",
    );
  });

  it("speaks in the metric's own direction", () => {
    expect(
      judgeLast(medianPruner("accuracy"), curves([[0.9], [0.8], [0.7], [0.9], [0.6]], "maximize")),
    ).toEqual(stopped("accuracy 0.6 at epoch 1 is worse than the median 0.85 of 4 trials at that epoch"));
  });

  it("agrees with a plain count over a random study in which trials end all the time", () => {
    const pruner = medianPruner("val_mse", { min_trials: 3 });
    const history = new History("minimize");
    const rng = rngFor(5);
    for (let trial = 0; trial < 60; trial++) {
      history.apply({ kind: "started", trial, params: {}, epochs: 9 });
      for (let epoch = 1; epoch <= 9; epoch++) {
        history.apply({ kind: "reported", trial, epoch, value: rng.next() < 0.1 ? null : rng.next() });
        const verdict = pruner.judge(history, history.trial(trial));
        expect(verdict.kind).toBe(worseThanMedian(history, trial, epoch) ? "stop" : "continue");
        if (verdict.kind === "stop" && rng.next() < 0.5) break;
      }
      if (rng.next() < 0.8) history.apply({ kind: "ended", trial, outcome: "pruned" });
    }
  });
});

/** The rule written down as naively as possible; what is not finite becomes infinite. */
function worseThanMedian(history: History, number: number, epoch: number): boolean {
  const bestAt = (trial: number): number =>
    Math.min(
      ...history
        .trial(trial)
        .scores.slice(0, epoch)
        .map((score) => (Number.isFinite(score) ? score! : Infinity)),
    );
  const others = history.trials
    .filter((trial) => trial.number !== number && trial.scores.length >= epoch)
    .map((trial) => bestAt(trial.number))
    .sort((a, b) => (a === b ? 0 : a - b));
  if (others.length < 3) return false;
  const middle = (others.length - 1) / 2;
  const median = (others[Math.floor(middle)]! + others[Math.ceil(middle)]!) / 2;
  return bestAt(number) > median;
}

describe("percentile", () => {
  it("keeps the best quarter", () => {
    const others = [[0.1], [0.2], [0.3], [0.4], [0.5]];
    const pruner = percentilePruner("val_mse", { percentile: 25 });
    expect(judgeLast(pruner, curves([...others, [0.2]])).kind).toBe("continue");
    expect(judgeLast(pruner, curves([...others, [0.25]]))).toEqual(
      stopped(
        "val_mse 0.25 at epoch 1 is worse than the limit of the best 25 %, 0.2 of 5 trials at that epoch",
      ),
    );
  });

  it("looks only from min_epochs on, every interval epochs", () => {
    const pruner = percentilePruner("val_mse", { percentile: 50, min_trials: 1, min_epochs: 2, interval: 3 });
    const good = [0, 0, 0, 0, 0, 0];
    const kinds = [1, 2, 3, 4, 5, 6].map(
      (epoch) => judgeLast(pruner, curves([good, Array(epoch).fill(1)])).kind,
    );
    expect(kinds).toEqual(["continue", "stop", "continue", "continue", "stop", "continue"]);
  });
});

describe("threshold", () => {
  it("stops a value that is not finite or beyond a bound", () => {
    const pruner = thresholdPruner("val_mse", { max: 10, min: 0 });
    expect(judgeLast(pruner, curves([[1, null]]))).toEqual(stopped("val_mse is not finite at epoch 2"));
    expect(judgeLast(pruner, curves([[12.5]]))).toEqual(
      stopped("val_mse is 12.5 at epoch 1, above the limit of 10"),
    );
    expect(judgeLast(pruner, curves([[-1]]))).toEqual(
      stopped("val_mse is -1 at epoch 1, below the limit of 0"),
    );
    expect(judgeLast(pruner, curves([[10, 0]]))).toEqual(goesOn);
  });

  it("has its bounds in the metric's own direction", () => {
    const pruner = thresholdPruner("accuracy", { min: 0.2 });
    expect(judgeLast(pruner, curves([[0.1]], "maximize"))).toEqual(
      stopped("accuracy is 0.1 at epoch 1, below the limit of 0.2"),
    );
  });
});

describe("patience", () => {
  it("stops after the given number of epochs without a real improvement", () => {
    const pruner = patiencePruner("val_mse", { patience: 2, min_delta: 0.1 });
    expect(judgeLast(pruner, curves([[1, 0.5, 0.45]]))).toEqual(goesOn);
    expect(judgeLast(pruner, curves([[1, 0.5, 0.45, 0.41]]))).toEqual(
      stopped("val_mse has not improved by more than 0.1 for 2 epochs, since 0.5 at epoch 2"),
    );
    expect(judgeLast(pruner, curves([[1, 0.5, 0.45, 0.39]]))).toEqual(goesOn);
  });

  it("counts epochs that are not finite as epochs without improvement", () => {
    const pruner = patiencePruner("val_mse", { patience: 3 });
    expect(judgeLast(pruner, curves([[null, null, null]]))).toEqual(
      stopped("val_mse has not been finite in 3 epochs"),
    );
    expect(judgeLast(pruner, curves([[null, null, 1]]))).toEqual(goesOn);
  });
});

describe("anyOf", () => {
  it("stops when one would, and gives that one's reason", () => {
    const both = anyOf([patiencePruner("val_mse", { patience: 5 }), thresholdPruner("val_mse", { max: 3 })]);
    expect(both.name).toBe("patience or threshold");
    expect(judgeLast(both, curves([[4]]))).toEqual(stopped("val_mse is 4 at epoch 1, above the limit of 3"));
    expect(judgeLast(both, curves([[2]]))).toEqual(goesOn);
  });

  it("prefers a stop to a pause", () => {
    const pauses: Pruner = { name: "pauses", judge: () => ({ kind: "pause", reason: "a rung" }) };
    expect(judgeLast(anyOf([pauses, thresholdPruner("val_mse", { max: 3 })]), curves([[4]])).kind).toBe(
      "stop",
    );
    expect(judgeLast(anyOf([pauses, thresholdPruner("val_mse", { max: 3 })]), curves([[2]])).kind).toBe(
      "pause",
    );
  });
});

describe("settings out of range", () => {
  const cases: [string, () => Pruner][] = [
    [
      "min_trials must be a whole number of at least 1; received 0",
      () => medianPruner("m", { min_trials: 0 }),
    ],
    [
      "min_epochs must be a whole number of at least 1; received 0.5",
      () => medianPruner("m", { min_epochs: 0.5 }),
    ],
    [
      "interval must be a whole number of at least 1; received NaN",
      () => medianPruner("m", { interval: Number.NaN }),
    ],
    [
      "percentile must be a number from 0 to 100; received 101",
      () => percentilePruner("m", { percentile: 101 }),
    ],
    ["max must be a number above min (2); received 1", () => thresholdPruner("m", { min: 2, max: 1 })],
    [
      "patience must be a whole number of at least 1; received -3",
      () => patiencePruner("m", { patience: -3 }),
    ],
  ];
  it.each(cases)("are refused: %s", (message, make) => {
    expect(make).toThrow(SettingError);
    expect(make).toThrow(message);
  });
});
