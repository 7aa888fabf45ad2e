import { describe, expect, it } from "vitest";
import { withRowsBefore } from "../../../orchestrator/run/rows-before.ts";
import { predictBaselines } from "../../../worker/data/baselines/baselines.ts";
import { readTable, type Table } from "../../../worker/data/file/table.ts";
import {
  baselineFiles,
  predictByBaseline,
  type BaselineFile,
} from "../../../worker/data/forecast/baseline-file.ts";
import { prepareNewData } from "../../../worker/data/forecast/new-data.ts";
import { outlineFold, prepareData, prepareFolds } from "../../../worker/data/prepare.ts";
import { blockAt } from "../../../worker/data/split/blocks.ts";
import { sweepOf } from "../../orchestrator/config/support.ts";
import { count, csv, dataError, settings } from "./helpers.ts";

const hour = (t: number): string => new Date(Date.UTC(2026, 0, 1, t)).toISOString().slice(0, 16);

/** Shops with an hour a row: their name, first hour and rows. */
function shops(...of: readonly (readonly [name: string, first: number, rows: number])[]): Uint8Array {
  const rows = of.flatMap(([name, first, length], shop) =>
    count(length, first).map((t) => ({ t: hour(t), shop: name, sales: Math.sin(t / 3 + shop), open: t % 2 })),
  );
  return csv({
    t: rows.map(({ t }) => t),
    shop: rows.map(({ shop }) => shop),
    sales: rows.map(({ sales }) => sales.toFixed(4)),
    open: rows.map(({ open }) => open),
  });
}

type Given = Parameters<typeof settings>[0];

// Validation begins at hour 70, test at hour 85.
const file = shops(
  ["north", 0, 100],
  ["south", 0, 100],
  ["kiosk", 64, 9],
  ["stall", 90, 4],
  ["mill", 60, 40],
);
const given: Given = {
  time: "t",
  group: "shop",
  targets: ["sales"],
  window: 12,
  horizon: 2,
  split: { train_until: hour(70), validation_until: hour(85) },
};
const shopsOf = (table: Table, rows: Int32Array): string[] => {
  const names = ["north", "south", "kiosk", "stall", "mill"];
  const starts = [0, 100, 200, 209, 213, 253];
  const blocks = names.map((_, i) => ({ start: starts[i]!, end: starts[i + 1]! }));
  expect(table.rows).toBe(253);
  return [...new Set(Array.from(rows, (row) => names[blockAt(blocks, row)]!))];
};

describe("series that are shorter than a window", () => {
  it("are left out and named in one warning, with the length that works", () => {
    const data = prepareData(file, settings(given), { test: true });
    expect(data.warnings).toEqual([
      '2 of 5 series give no window and are left out: "kiosk" (9 rows), "stall" (4 rows); a series needs at least 14 rows, 12 to look at and 2 to predict in one part of `split`',
    ]);
    const table = readTable(file);
    expect(data.train.starts).toHaveLength(2 * (70 - 12 - 1));
    expect(shopsOf(table, data.rows("validation"))).toEqual(["north", "south", "mill"]);
    expect(shopsOf(table, data.rows("test"))).toEqual(["north", "south", "mill"]);
  });

  it("begin to be scored where enough of their rows lie before", () => {
    const data = prepareData(file, settings(given));
    const mill = Array.from(data.rows("validation")).filter((row) => row >= 213);
    expect(mill[0]).toBe(213 + 12); // hour 72, where its validation rows begin at hour 70
    expect(mill).toHaveLength(85 - 72 - 1);
  });

  it("are scored on the same rows whatever the window, as are the baselines", () => {
    const all = [4, 8, 12].map((window) => {
      const own = settings({ ...given, window, rows_before: 12 });
      const baselines = predictBaselines(readTable(file), own, "validation");
      expect(baselines.found.map(({ name }) => name)).toContain("linear");
      const rows = Array.from(prepareData(file, own).rows("validation"));
      expect(Array.from(baselines.rows)).toEqual(rows);
      return rows;
    });
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
  });

  it("lose further rows to differences, alike in trials and baselines", () => {
    const own = settings({ ...given, difference: 1, difference_lag: 3 });
    const rows = Array.from(prepareData(file, own).rows("validation"));
    expect(rows.find((row) => row >= 213)).toBe(213 + 15);
    expect(Array.from(predictBaselines(readTable(file), own, "validation").rows)).toEqual(rows);
  });

  it("need a season before a forecast, too, where one is set", () => {
    const own = settings({ ...given, window: 4, season: 20 });
    const { found, rows } = predictBaselines(readTable(file), own, "validation");
    expect(found.map(({ name }) => name)).toContain("season ago");
    expect(Array.from(rows).find((row) => row >= 213)).toBe(213 + 20);
    expect(Array.from(prepareData(file, own).rows("validation"))).toEqual(Array.from(rows));
  });

  it("are left out of the folds in which they are", () => {
    const folds = prepareFolds(file, settings({ ...given, folds: 2 }));
    const counts = folds.map((fold) => shopsOf(readTable(file), fold.rows("validation")));
    expect(counts).toEqual([
      ["north", "south"],
      ["north", "south", "mill"],
    ]);
  });

  it("are an error where none is left, which says how many rows it takes", () => {
    const few = shops(["a", 0, 10], ["b", 0, 11], ["c", 3, 7]);
    const split = { train: 0.7, validation: 0.3 };
    expect(dataError(() => prepareData(few, settings({ ...given, split }))).message).toMatch(
      /^the training part has no window: a series needs 14 rows there, and the longest has \d: lower `window` \(12\) or `horizon` \(2\), or give it more by `split`$/,
    );
    const late = { train_until: hour(9), validation_until: hour(11) };
    const unscored = settings({ ...given, window: 2, rows_before: 30, split: late });
    expect(dataError(() => prepareData(few, unscored)).message).toBe(
      "the validation part has no window: a series needs 2 rows there with 30 rows of its own before them: lower `horizon` (2), `window` or `season`, or change `split`",
    );
  });

  it("count once where gaps cut them into stretches", () => {
    const cut = shops(["north", 0, 100], ["south", 0, 100], ["kiosk", 10, 5], ["kiosk", 30, 5]);
    const { warnings } = outlineFold(readTable(cut), settings({ ...given, gaps: "cut" }));
    expect(warnings[0]).toMatch(/^1 of 3 series gives no window and is left out: "kiosk" \(10 rows\); /);
  });
});

describe("a sweep over several windows", () => {
  const settled = async (data: string, parameters: string): Promise<number | undefined> => {
    const sweep = await sweepOf(
      `data: {file: a.csv, targets: [y], ${data}}\nparameters: {${parameters}}\nbudget: {trials: 1}\n`,
    );
    return withRowsBefore(sweep).data.settings.rows_before;
  };

  it("scores several series where the widest window has its rows", async () => {
    expect(await settled("group: shop", "window: {values: [24, 96, 48]}")).toBe(96);
    expect(
      await settled("group: shop, difference_lag: 7", "window: {value: 8}, difference: {values: [0, 1]}"),
    ).toBe(15);
    expect(await settled("gaps: cut, difference: 1", "window: {min: 10, max: 30}")).toBe(31);
  });

  it("leaves a single series and what is given as they are", async () => {
    expect(await settled("time: t", "window: {values: [24, 96]}")).toBeUndefined();
    expect(await settled("group: shop", "hidden: {values: [8, 16]}")).toBeUndefined();
    expect(await settled("group: shop, rows_before: 200", "window: {values: [24, 96]}")).toBe(200);
  });
});

describe("predictions for a file with short series", () => {
  const { pipeline } = prepareData(file, settings(given));

  it("are made for the others, and a warning names those without", () => {
    const { samples, warnings } = prepareNewData(file, settings(given), pipeline);
    expect(samples.map(({ names }) => names[0])).toEqual(["north", "south", "mill"]);
    expect(warnings).toEqual([
      'no prediction for 2 of 5 series, which have fewer input rows than the 12 that the model looks at: "kiosk" (9 rows), "stall" (4 rows)',
    ]);
  });

  it("are refused where all are too short", () => {
    const short = shops(["stall", 90, 4], ["kiosk", 64, 9]);
    expect(dataError(() => prepareNewData(short, settings(given), pipeline)).message).toBe(
      'the series "kiosk" has 9 input rows, the most of all series, fewer than the 12 that the model looks at: give it more rows',
    );
  });

  it("begin after the last known target, also with a baseline that looks at no column known in advance", () => {
    const own = settings({ ...given, known_future: ["open"] });
    const files = baselineFiles(readTable(file), own);
    const last = files.find(({ name }) => name === "repeat last")!;
    const text = new TextDecoder().decode(file).split("\n").slice(0, 101).join("\n");
    const ahead = readTable(
      new TextEncoder().encode(`${text}\n${hour(100)},north,,1\n${hour(101)},north,,0\n`),
    );
    const times = (from: BaselineFile): unknown[] =>
      predictByBaseline(ahead, from, { from: "last" })
        .rows.slice(1)
        .map((row) => row[3]);
    expect(times(last)).toEqual(["2026-01-05 04:00:00", "2026-01-05 05:00:00"]);
    expect(times(files.find(({ name }) => name === "linear")!)).toEqual(times(last));
  });
});
