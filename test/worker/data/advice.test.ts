import { describe, expect, it } from "vitest";
import { prepareData } from "../../../worker/data/prepare.ts";
import { count, csv, dataError, settings } from "./helpers.ts";

const rows = count(60);
const text = (cell: (i: number) => string) => rows.map((i) => `"${cell(i)}"`);
const message = (columns: Parameters<typeof csv>[0], given: Parameters<typeof settings>[0]): string =>
  dataError(() => prepareData(csv(columns), settings({ window: 2, ...given }))).message;

describe("text where numbers are needed", () => {
  const y = rows.map((i) => i % 7);

  it.each([
    [text((i) => `${i},26`), "with a decimal point"],
    [text((i) => `1,${100 + i}.5`), "nothing between thousands"],
    [text((i) => `${i} %`), "without its unit"],
    [text((i) => `${i}.5 kW`), "without its unit"],
    [text((i) => `$${i}`), "without its unit"],
    [text((i) => `k${i}`), "set `task` to a kind of classification"],
    [rows.map((i) => (i === 9 ? "12x3" : i)), "correct that cell, or write NA"],
    [rows.map((i) => (i === 9 ? "n.a." : i)), 'set `missing_values: ["n.a."]` in `data` if it means'],
    [rows.map((i) => (i === 9 ? '"1,5"' : i)), "with a decimal point"],
  ])("%#: says what to do with a target", (target, advice) => {
    expect(message({ y: target, x: y }, { targets: ["y"] })).toContain(advice);
  });

  it("names the setting that names the column", () => {
    const x = text((i) => `k${i}`);
    expect(message({ y, x }, { targets: ["y"], features: ["x"] })).toContain("name it under `categorical`");
    const long = { layout: "long" as const, series_id: "id", targets: ["y"], step: "x", features: ["v"] };
    const columns = { id: rows.map((i) => i >> 1), x, y: rows.map((i) => i >> 1), v: y };
    const said = message(columns, long);
    expect(said).toContain("leave `step` out where the rows of each sample are in order");
    expect(said).not.toContain("task");
  });
});
