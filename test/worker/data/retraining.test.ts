import { describe, expect, it } from "vitest";
import { readTable } from "../../../worker/data/file/table.ts";
import { prepareFold } from "../../../worker/data/prepare.ts";
import { arrange } from "../../../worker/data/split/arrange.ts";
import type { Fold } from "../../../worker/data/split/retraining.ts";
import { splitSeries } from "../../../worker/data/split/series-split.ts";
import { csv, dataError, settings } from "./helpers.ts";

const day = (n: number): string => new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);

/** Series a has a row on each of 20 days, b from the 16th day on. */
const two = readTable(
  csv({
    t: [...Array.from({ length: 20 }, (_, i) => day(i)), ...Array.from({ length: 5 }, (_, i) => day(15 + i))],
    id: [...Array<string>(20).fill("a"), ...Array<string>(5).fill("b")],
    y: Array.from({ length: 25 }, (_, i) => (i * 7) % 11),
  }),
);
const byDate = settings({
  targets: ["y"],
  time: "t",
  group: "id",
  window: 2,
  split: { train_until: day(10), validation_until: day(14) },
});

/** `train test`, rows of each series in the whole table. */
function parts(fold: Fold): string[] {
  return splitSeries(arrange(two, byDate), byDate, fold).map(
    ({ train, test }) => `${train.start}-${train.end} ${test.start}-${test.end}`,
  );
}

describe("rows of a training after the search", () => {
  it("take the validation rows of each series in for a refit, and leave the test rows out", () => {
    expect(parts({ kind: "refit" })).toEqual(["0-14 14-20", "20-20 20-25"]);
  });

  it("grow with each part of a backtest, at the same moments in every series", () => {
    expect(parts({ kind: "backtest", part: 0, parts: 3 })).toEqual(["0-14 14-16", "20-20 20-21"]);
    expect(parts({ kind: "backtest", part: 1, parts: 3 })).toEqual(["0-16 16-18", "20-21 21-23"]);
    expect(parts({ kind: "backtest", part: 2, parts: 3 })).toEqual(["0-18 18-20", "20-23 23-25"]);
  });

  it("cross no gap that cuts a series", () => {
    const cut = settings({
      ...byDate,
      group: undefined,
      gaps: "cut",
      split: { train: 0.5, validation: 0.2 },
    });
    const days = [...Array.from({ length: 12 }, (_, i) => i), ...Array.from({ length: 8 }, (_, i) => 20 + i)];
    const table = readTable(csv({ t: days.map(day), y: days.map((n) => n % 5) }));
    const found = splitSeries(arrange(table, cut), cut, { kind: "backtest", part: 1, parts: 2 });
    expect(found.map(({ train, test }) => [train, test])).toEqual([
      [
        { start: 0, end: 12 },
        { start: 12, end: 12 },
      ],
      [
        { start: 12, end: 17 },
        { start: 17, end: 20 },
      ],
    ]);
  });

  it("leave metrics in the units of the search's training rows", () => {
    const y = Array.from({ length: 60 }, (_, i) => (i < 30 ? i % 3 : 100 * (i % 3)));
    const how = settings({ targets: ["y"], window: 3, split: { train: 30, validation: 15 } });
    const table = readTable(csv({ y }));
    const search = prepareFold(table, how, { test: true });
    const refit = prepareFold(table, how, { test: true }, { kind: "refit" });
    const zeros = (length: number): Float64Array => new Float64Array(length);
    const count = search.rows("test").length;
    expect(refit.rows("test")).toEqual(search.rows("test"));
    expect(refit.scoreDecoded("test", zeros(count))).toEqual(search.scoreDecoded("test", zeros(count)));
    expect(refit.pipeline.numbers[0]!.scale).toBeGreaterThan(10 * search.pipeline.numbers[0]!.scale);
    expect(refit.validation.starts).toHaveLength(0);
  });

  it("are none where whole series are held out, and the sentence says so", () => {
    const held = settings({ ...byDate, split: { by: "id", train: 0.4, validation: 0.5 } });
    const three = readTable(
      csv({
        t: [0, 1, 2].flatMap(() => Array.from({ length: 8 }, (_, i) => day(i))),
        id: ["a", "b", "c"].flatMap((id) => Array<string>(8).fill(id)),
        y: Array.from({ length: 24 }, (_, i) => (i * 7) % 11),
      }),
    );
    const how = { ...held, split: { by: "id", train: 0.4, validation: 0.3 } };
    const act = (): unknown => splitSeries(arrange(three, how), how, { kind: "backtest", part: 0, parts: 2 });
    expect(dataError(act).message).toContain("`split` holds out whole series");
  });
});
