import { describe, expect, it } from "vitest";
import { inputSources, withInputsOf } from "../../../worker/data/outputs/shuffled-inputs.ts";
import type { SequenceSet } from "../../../worker/data/outputs/sequences.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { count, csv, sample, settings, targetsOf } from "./helpers.ts";

describe("the sources of inputs", () => {
  it("put everything that is made of one column together: number, gaps, levels, values known in advance", () => {
    const rows = count(40);
    const file = csv({
      day: rows.map((row) => new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10)),
      y: rows.map((row) => (row % 7 === 3 ? "" : row % 5)),
      wind: rows.map((row) => ["N", "S"][row % 2]!),
      holiday: rows.map((row) => (row % 6 === 0 ? 1 : 0)),
    });
    const { pipeline } = prepareData(
      file,
      settings({
        time: "day",
        targets: ["y"],
        categorical: ["wind"],
        known_future: ["holiday"],
        calendar: ["weekday", "month"],
        missing: "mask",
        window: 3,
        horizon: 2,
      }),
    );
    const named = inputSources(pipeline.features).map(({ kind, name, indexes }) => [
      kind,
      name,
      indexes.length,
    ]);
    expect(named).toEqual([
      ["column", "y", 2],
      ["column", "holiday", 3],
      ["column", "wind", 2],
      ["calendar", "weekday", 2],
      ["calendar", "month", 2],
    ]);
    const all = inputSources(pipeline.features).flatMap(({ indexes }) => indexes);
    expect(all.toSorted((a, b) => a - b)).toEqual(count(pipeline.features.length));
  });
});

describe("samples with an input of others", () => {
  // Overlapping windows of three rows of one table of two inputs.
  const set: SequenceSet = {
    values: Float32Array.from([1, 10, 2, 20, 3, 30, 4, 40, 5, 50]),
    features: 2,
    window: 3,
    starts: Int32Array.of(0, 1, 2),
    targets: Float32Array.of(7, 8, 9),
    outputs: 1,
  };

  it("take it step by step from the other sample's window and keep the rest", () => {
    const { values } = set;
    const before = [...values];
    const mixed = withInputsOf(set, [1], Int32Array.of(2, 0, 1), { from: 0, to: 3 });
    expect(count(3).map((i) => sample(mixed, i))).toEqual([
      [
        [1, 30],
        [2, 40],
        [3, 50],
      ],
      [
        [2, 10],
        [3, 20],
        [4, 30],
      ],
      [
        [3, 20],
        [4, 30],
        [5, 40],
      ],
    ]);
    expect([...values]).toEqual(before);
  });

  it("are the same when they are made some at a time", () => {
    const donors = Int32Array.of(2, 0, 1);
    const whole = withInputsOf(set, [0], donors, { from: 0, to: 3 });
    const last = withInputsOf(set, [0], donors, { from: 2, to: 3 });
    expect(sample(last, 0)).toEqual(sample(whole, 2));
    expect(targetsOf(last, 0)).toEqual([9]);
  });

  it("take the last step of a shorter sample again, and stay as long as they are", () => {
    const uneven = { ...set, lengths: Int32Array.of(1, 3, 2) };
    const mixed = withInputsOf(uneven, [1], Int32Array.of(1, 0, 2), { from: 0, to: 3 });
    expect(sample(mixed, 0)).toEqual([[1, 20]]);
    expect(sample(mixed, 1)).toEqual([
      [2, 10],
      [3, 10],
      [4, 10],
    ]);
    expect(sample(mixed, 2)).toEqual(sample(uneven, 2));
  });
});
