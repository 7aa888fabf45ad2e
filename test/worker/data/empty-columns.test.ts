import { describe, expect, it } from "vitest";
import { prepareData } from "../../../worker/data/prepare.ts";
import { count, csv, dataError, settings } from "./helpers.ts";

const t = count(40);
const empty = t.map(() => "");
const y = t.map((i) => Math.sin(i));
const series = { targets: ["y"], window: 4, split: { train: 20, validation: 10, test: 10 } };

describe("a column that is empty in every row", () => {
  it("is left out of the inputs with a warning where all numeric columns are meant", () => {
    const { features, warnings } = prepareData(csv({ y, humidity: empty }), settings(series));
    expect(features).toEqual(["y"]);
    expect(warnings).toEqual([
      'column "humidity" has no value in any row and is left out of the inputs: fill it, remove it from the file, or name the input columns in `features`',
    ]);
    const both = prepareData(csv({ a: empty, y, b: t.map(() => "NA") }), settings(series));
    expect(both.warnings).toEqual([
      expect.stringMatching(/^columns "a", "b" have no value in any row and are left out .*: fill them, /),
    ]);
  });

  it("is not mentioned where it is not an input", () => {
    const others = { ...series, features: ["y"] };
    expect(prepareData(csv({ y, humidity: empty }), settings(others)).warnings).toEqual([]);
    const targets = { ...series, features: "targets" as const };
    expect(prepareData(csv({ y, humidity: empty }), settings(targets)).warnings).toEqual([]);
  });

  it("is left out of the steps of samples, too", () => {
    const label = t.map((i) => (i % 2 === 0 ? "a" : "b"));
    const wide = settings({ task: "binary", layout: "wide", targets: ["label"] });
    const { train, warnings } = prepareData(csv({ label, s1: y, s2: empty, s3: y }), wide);
    expect(train.window).toBe(2);
    expect(warnings).toEqual([expect.stringMatching(/^column "s2" has no value in any row/)]);
  });

  it.each(["features", "categorical"] as const)("is refused where `%s` names it", (setting) => {
    const given = settings({ ...series, missing: "ffill", [setting]: ["humidity"] });
    expect(dataError(() => prepareData(csv({ y, humidity: empty }), given))).toMatchObject({
      message: `column "humidity" has no value in any row: leave it out of \`${setting}\``,
      column: "humidity",
      setting,
    });
  });
});

it("columns that never change in the training rows are named in one warning", () => {
  const y = count(12).map((i) => i * i);
  const file = csv({ y, feb: y.map(() => 0), mar: y.map((_, i) => (i < 10 ? 1 : 2)), apr: y });
  const given = settings({ targets: ["y"], window: 2, split: { train: 8, validation: 4 } });
  expect(prepareData(file, given).warnings).toEqual([
    'columns "feb", "mar" are constant in the training rows: as inputs they are always 0',
  ]);
});
