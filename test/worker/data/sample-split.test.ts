import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { dealByLabel } from "../../../worker/data/split/deal-labels.ts";
import { prepareFolds } from "../../../worker/data/prepare.ts";
import { splitSamples, type SampleParts } from "../../../worker/data/split/sample-split.ts";
import { readTable } from "../../../worker/data/file/table.ts";

import { count, csv, dataError, settings } from "./helpers.ts";

type Given = Partial<Parameters<typeof settings>[0]>;

const sizes = ({ train, validation, test }: SampleParts): number[] =>
  [train, validation, test].map((part) => part.length);

function splitClasses(classes: readonly string[], given: Given = {}, fold?: number): SampleParts {
  const file = csv({ c: classes, x: count(classes.length) });
  const how = settings({ layout: "wide", task: "multiclass", targets: ["c"], ...given });
  return splitSamples(readTable(file), how, fold);
}

const classesOf = (number: number, samples: number): string[] =>
  count(number * samples).map((i) => `k${i % number}`);

describe("drawing samples by fractions", () => {
  it.each([
    [50, 4],
    [50, 5],
    [50, 10],
    [100, 2],
    [33, 3],
  ])("keeps to them with %i classes of %i samples each, and trains on every class", (number, samples) => {
    const classes = classesOf(number, samples);
    const parts = splitClasses(classes);
    const n = classes.length;
    const [train, validation, test] = sizes(parts);
    expect(Math.abs(train! - 0.7 * n)).toBeLessThanOrEqual(1.5);
    expect(Math.abs(validation! - 0.15 * n)).toBeLessThanOrEqual(2.5);
    expect(train! + validation! + test!).toBe(n);
    expect(new Set(Array.from(parts.train, (i) => classes[i])).size).toBe(number);
  });

  it("takes no class further from its share than a sample or so", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 30 }), (members) => {
        fc.pre(members.reduce((sum, n) => sum + n, 0) > 40);
        const classes = members.flatMap((n, k) => count(n).map(() => `k${k}`));
        const parts = splitClasses(classes, { split: { train: 0.6, validation: 0.2, seed: 5 } });
        for (const [k, n] of members.entries()) {
          const trained = parts.train.filter((i) => classes[i] === `k${k}`).length;
          expect(Math.abs(trained - 0.6 * n)).toBeLessThanOrEqual(1.5);
          expect(trained).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("cuts large classes as before: recorded results stay comparable", () => {
    const parts = splitClasses(classesOf(3, 73), { split: { train: 0.7, validation: 0.15, seed: 2 } });
    expect(sizes(parts)).toEqual([153, 33, 33]);
    expect(Array.from(parts.test.subarray(0, 6))).toEqual([3, 4, 14, 21, 28, 29]);
  });

  it("draws validation samples from a split column in proportion, however small the classes", () => {
    const classes = classesOf(40, 2);
    const file = csv({ c: classes, part: classes.map(() => "train"), x: count(80) });
    const how = settings({
      layout: "wide",
      task: "multiclass",
      targets: ["c"],
      split: { column: "part", validation: 0.2 },
    });
    const [train, validation] = sizes(splitSamples(readTable(file), how));
    expect(train! + validation!).toBe(80);
    expect(Math.abs(validation! - 16)).toBeLessThanOrEqual(1);
  });

  it("refuses more than the whole", () => {
    const split = { train: 0.9, validation: 0.3 };
    expect(dataError(() => splitClasses(classesOf(2, 20), { split })).message).toContain("add up to 1.2");
  });
});

describe("drawing samples of several labels", () => {
  const rng = rngFor(7, "labels");
  const names = count(8).map((j) => `l${j}`);
  const labels: number[][] = names.map((_, j) => count(200).map(() => (rng.next() < 0.1 + 0.1 * j ? 1 : 0)));
  const file = csv({ ...Object.fromEntries(names.map((name, j) => [name, labels[j]!])), x: count(200) });
  const how = settings({ layout: "wide", task: "multilabel", targets: names });

  it("keeps to the fractions although nearly every sample has labels of its own", () => {
    expect(sizes(splitSamples(readTable(file), how))).toEqual([141, 30, 29]);
  });

  it("keeps every label in proportion, in every part", () => {
    const { train, validation, test } = splitSamples(readTable(file), how);
    for (const column of labels) {
      const share = column.reduce((sum, value) => sum + value, 0) / 200;
      for (const [part, tolerance] of [
        [train, 0.02],
        [validation, 0.1],
        [test, 0.1],
      ] as const) {
        const found = part.reduce((sum, i) => sum + column[i]!, 0) / part.length;
        expect(Math.abs(found - share)).toBeLessThan(tolerance);
      }
    }
  });

  it("is another draw with another seed, and the same with the same", () => {
    const drawn = (seed: number) =>
      splitSamples(readTable(file), { ...how, split: { train: 0.7, validation: 0.15, seed } }).test.join();
    expect(drawn(1)).toBe(drawn(1));
    expect(drawn(1)).not.toBe(drawn(2));
  });

  it("gives training a sample of every label, even of one that occurs once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 }), { minLength: 10 }),
        (owned) => {
          const room = [
            ["train", Math.ceil(owned.length / 2)],
            ["test", Math.floor(owned.length / 2)],
          ] as const;
          const dealt = dealByLabel([...owned.keys()], (i) => owned[i]!, room);
          const trained = [...dealt].filter(([, part]) => part === "train").map(([i]) => i);
          expect(trained).toHaveLength(room[0][1]);
          expect(new Set(trained.flatMap((i) => owned[i]!))).toEqual(new Set(owned.flat()));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("folds of samples", () => {
  it("train on the only sample of a class in each, and deal out the others", () => {
    const classes = ["only", ...classesOf(2, 15)];
    const given = { folds: 3, split: { train: 0.6, validation: 0.4 } };
    const parts = count(3).map((fold) => splitClasses(classes, given, fold));
    for (const { train } of parts) expect(train).toContain(0);
    const validated = parts.flatMap(({ validation }) => [...validation]);
    expect(new Set(validated).size).toBe(validated.length);
    const file = csv({ c: classes, x: count(31), y: count(31) });
    const how = settings({ layout: "wide", task: "multiclass", targets: ["c"], ...given });
    expect(prepareFolds(file, how)).toHaveLength(3);
  });
});
