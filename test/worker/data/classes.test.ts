import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baselines } from "../../../worker/data/baselines/baselines.ts";
import { auc, classMetrics, countClasses } from "../../../worker/data/outputs/class-metrics.ts";
import { computed, metricGoals } from "../../../worker/data/outputs/metrics.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { count, csv, dataError, sample, settings, targetsOf } from "./helpers.ts";

describe("class metrics", () => {
  const metrics = (truth: number[], predicted: number[], classes: number) =>
    computed(
      classMetrics,
      countClasses({
        truth: Int32Array.from(truth),
        predicted: Int32Array.from(predicted),
        classes,
        scores: (i, cls) => (predicted[i] === cls ? 1 : 0),
      }),
    );

  it("are what counting by hand gives", () => {
    // Class 0: 2 of 3 found, 1 false alarm; class 1: 1 of 2 found, 2 false alarms; class 2: 0 of 1 found.
    const found = metrics([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 0, 1], 3);
    expect(found.accuracy).toBeCloseTo(3 / 6, 12);
    expect(found.balanced_accuracy).toBeCloseTo((2 / 3 + 1 / 2 + 0) / 3, 12);
    expect(found.f1).toBeCloseTo((4 / 6 + 2 / 5 + 0) / 3, 12);
  });

  it("mcc is the correlation of truth and prediction", () => {
    // Two classes: (TP TN - FP FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN)) with TP 2, TN 3, FP 1, FN 2.
    const truth = [1, 1, 1, 1, 0, 0, 0, 0];
    expect(metrics(truth, [1, 1, 0, 0, 0, 0, 0, 1], 2).mcc).toBeCloseTo(
      (6 - 2) / Math.sqrt(3 * 4 * 4 * 5),
      12,
    );
    expect(metrics(truth, truth, 2).mcc).toBeCloseTo(1, 12);
    expect(
      metrics(
        truth,
        truth.map((one) => 1 - one),
        2,
      ).mcc,
    ).toBeCloseTo(-1, 12);
    expect(metrics(truth, [0, 0, 0, 0, 0, 0, 0, 0], 2).mcc).toBe(0);
    // Three classes, by scikit-learn's matthews_corrcoef.
    expect(metrics([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 0, 1], 3).mcc).toBeCloseTo(0.15075567228888181, 12);
  });

  it("leave out classes that do not occur", () => {
    expect(metrics([0, 1], [0, 1], 5)).toMatchObject({ accuracy: 1, balanced_accuracy: 1, f1: 1, auc: 1 });
  });

  it("AUC is the share of pairs in the right order, ties counting half", () => {
    const positives = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(positives, positives, (positive, negative) => {
        const pairs = positive.flatMap((p) => negative.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
        const expected = pairs.reduce((sum: number, right) => sum + right, 0) / pairs.length;
        const scores = Float64Array.from([...positive, ...negative]);
        expect(auc(scores, (i) => i < positive.length)).toBeCloseTo(expected, 12);
      }),
    );
    expect(auc(Float64Array.from([1, 2]), () => true)).toBeNaN();
  });
});

describe("series of classes", () => {
  const state = ["on", "off", "on", "on", "off", "on", "on", "off", "on", "off"];
  const file = csv({ x: count(10), state });
  const given = {
    targets: ["state"],
    window: 2,
    normalise: "none" as const,
    split: { train: 6, validation: 4 },
  };

  it("binary: the class of the next row, 1 for the second in order", () => {
    const data = prepareData(file, settings({ ...given, task: "binary" }));
    expect(data.train).toMatchObject({ task: "binary", classes: ["off", "on"], outputs: 1 });
    expect(data.outputs).toEqual(["state=on"]);
    expect(sample(data.train, 0)).toEqual([[0], [1]]);
    expect(Array.from(data.train.targets)).toEqual([1, 1, 0, 1]);
  });

  it("are scored by probabilities", () => {
    const data = prepareData(file, settings({ ...given, task: "binary" }));
    const metrics = data.score("validation", Float32Array.from([0.9, 0.4, 0.3, 0.5]));
    // Truth on off on off; predicted on off off on.
    expect(metrics).toEqual({
      val_accuracy: 0.5,
      val_balanced_accuracy: 0.5,
      val_f1: 0.5,
      val_auc: 0.5,
      val_mcc: 0,
    });
    expect(Object.keys(metrics)).toEqual([...metricGoals("binary").keys()]);
  });

  it("that are not numbers give no score", () => {
    const data = prepareData(file, settings({ ...given, task: "binary" }));
    const metrics = data.score("validation", Float32Array.from([0.9, Number.NaN, 0.3, 0.5]));
    expect(Object.values(metrics)).toEqual([...metricGoals("binary").keys()].map(() => Number.NaN));
  });

  it("multiclass: one output a class", () => {
    const data = prepareData(
      csv({ x: count(10), c: [3, 1, 2, 10, 1, 2, 3, 1, 10, 2] }),
      settings({ ...given, targets: ["c"], features: ["x"], task: "multiclass" }),
    );
    expect(data.outputs).toEqual(["c=1", "c=2", "c=3", "c=10"]);
    expect(targetsOf(data.train, 0)).toEqual([0, 1, 0, 0]);
    const truth = data.validation.targets;
    expect(data.score("validation", truth).val_accuracy).toBe(1);
    expect(
      data.score(
        "validation",
        truth.map((value) => 1 - value),
      ).val_auc,
    ).toBe(0);
  });

  it("multilabel: several yes/no columns at once, metrics the mean over them", () => {
    const data = prepareData(
      csv({
        x: count(8),
        a: [0, 1, 0, 1, 0, 1, 0, 1],
        b: ["no", "no", "yes", "no", "no", "yes", "yes", "no"],
      }),
      settings({
        ...given,
        targets: ["a", "b"],
        features: ["x"],
        task: "multilabel",
        window: 1,
        split: { train: 4, validation: 4 },
      }),
    );
    expect(data.train.classes).toEqual(["a", "b"]);
    expect(targetsOf(data.train, 1)).toEqual([0, 1]);
    const metrics = data.score("validation", Float32Array.from([0, 0, 1, 1, 0, 1, 1, 1]));
    expect(metrics.val_accuracy).toBeCloseTo((1 + 0.75) / 2, 12);
  });

  it("have the majority, the last class, that of a season ago and a linear model to beat", () => {
    const c = count(90).map((i) => ["x", "x", "y"][i % 3]!);
    const wave = count(90).map((i) => Math.sin((2 * Math.PI * i) / 3));
    const found = new Map(
      baselines(csv({ c, wave }), settings({ targets: ["c"], task: "binary", season: 3 }), "validation").map(
        ({ name, naive, metrics }) => [name, [naive, metrics.val_accuracy!]],
      ),
    );
    expect([...found.keys()]).toEqual(["majority class", "repeat last", "season ago", "linear"]);
    expect(found.get("majority class")![1]).toBeCloseTo(2 / 3, 1);
    expect(found.get("repeat last")![1]).toBeCloseTo(1 / 3, 1);
    expect(found.get("season ago")).toEqual([true, 1]);
    expect(found.get("linear")).toEqual([false, 1]);
  });

  it.each([
    [
      { task: "binary", split: { train: 3, validation: 7 } },
      csv({ x: count(10), state: ["a", "a", "a", ...state.slice(3)] }),
      'the class "on" of column "state" (line 5) does not occur in the training rows',
    ],
    [
      { task: "binary" },
      csv({ x: count(10), state: count(10).map((i) => i % 3) }),
      'has 3 classes ("0", "1", "2") where `task: binary` allows two: set `task: multiclass`',
    ],
    [
      { task: "multiclass" },
      csv({ x: count(10), state: count(10).map(() => "same") }),
      'one class only ("same")',
    ],
    [{ task: "multiclass", targets: ["state", "x"] }, file, "predicts one column but `targets` names 2"],
    [{ task: "binary", horizon: 2 }, file, "predicts the class of the next row only: set `horizon` to 1"],
  ] as const)("%#: refuse what cannot be learned", (more, file, sentence) => {
    const { targets = ["state"], ...rest } = { targets: undefined, ...more };
    const error = dataError(() => prepareData(file, settings({ ...given, ...rest, targets: [...targets] })));
    expect(error.message).toContain(sentence);
  });
});
