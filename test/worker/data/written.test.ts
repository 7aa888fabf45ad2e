import { describe, expect, it } from "vitest";
import { cellText } from "../../../worker/data/file/columns.ts";
import { readCsv } from "../../../worker/data/file/csv.ts";
import { prepareNewData } from "../../../worker/data/forecast/new-data.ts";
import { prepareData } from "../../../worker/data/prepare.ts";
import { describeData } from "../../../worker/data/summary.ts";
import { levelFinder } from "../../../worker/data/file/written.ts";
import { bytes, count, csv, sample, settings } from "./helpers.ts";

const textsOf = (cells: readonly string[]) => {
  const [column] = readCsv(bytes(`a\n${cells.join("\n")}\n`), { skip_rows: 0 }).columns;
  return { column: column!, texts: cells.map((_, row) => cellText(column!, row)) };
};

describe("cells as they are written", () => {
  const odd = ["01", "1", "1.0", "1.50", "+7", "-0.5", ".5", "1e5", "20240101000000001", "20240101000000002"];

  it("keep leading zeros, closing zeros and every digit, and the column stays one of numbers", () => {
    const { column, texts } = textsOf(odd);
    expect(texts).toEqual(odd);
    expect(column.counts).toEqual({ number: odd.length, missing: 0, infinite: 0, text: 0 });
    expect(Array.from(column.numbers.subarray(0, 5))).toEqual([1, 1, 1, 1.5, 7]);
  });

  it("are the same whether text comes first, last or never", () => {
    expect(textsOf(["x", ...odd]).texts.slice(1)).toEqual(odd);
    expect(textsOf([...odd, "x"]).texts.slice(0, -1)).toEqual(odd);
  });

  it("of numbers are kept by the number where that says it all", () => {
    const usual = ["1", "-2", "0.25", "123456789012345", "0.1234567890123456", "1e-7", "0"];
    const { column, texts } = textsOf(usual);
    expect(texts).toEqual(usual);
    expect(column.written).toBeUndefined();
  });

  it("of more fractions than a category can have are named by value; whole numbers never lose a digit", () => {
    const many = count(70_000).map((i) => `${i}.50`);
    const fractions = textsOf([...many, "1.50", "69999.50", "007"]);
    expect(textsOf(many.slice(0, 4096)).texts[1]).toBe("1.50");
    expect(fractions.texts.slice(-3)).toEqual(["1.5", "69999.5", "007"]);
    expect(fractions.texts.slice(0, 2)).toEqual(["0.5", "1.5"]);
    const ids = count(70_000).map((i) => `${20240101000000000n + BigInt(i)}`);
    expect(new Set(textsOf(ids).texts).size).toBe(70_000);
  });
});

describe("fractions with closing zeros", () => {
  const cells = [
    "1.50",
    "1.5",
    "1.500",
    "-1.50",
    "0.10",
    "-0.10",
    "12.0",
    "12.00",
    "0.00",
    "-0.00",
    "5.",
    "01.50",
  ];

  it("keep their own texts, quoted or not, first or again", () => {
    const mixed = [...cells, ...cells.map((cell) => `"${cell}"`), ...cells];
    const { column, texts } = textsOf(mixed);
    expect(texts).toEqual(mixed.map((cell) => cell.replaceAll('"', "")));
    expect(column.written!.texts.filter((text) => text === "1.50")).toHaveLength(1);
    expect(Array.from(column.numbers.subarray(0, 6))).toEqual([1.5, 1.5, 1.5, -1.5, 0.1, -0.1]);
  });

  it("with points between thousands are not fractions", () => {
    const [column] = readCsv(bytes("a;b\n1.234;1\n12.500;2\n-1.234.567,5;3\n0,5;4\n"), {
      thousands: ".",
      decimal: ",",
    }).columns;
    expect(Array.from(column!.numbers)).toEqual([1234, 12_500, -1_234_567.5, 0.5]);
  });
});

describe("series and samples", () => {
  it("with ids of 17 digits stay apart", () => {
    const ids = count(400).map((i) => `${20240101000000000n + BigInt(i)}`);
    const file = csv({
      id: ids.flatMap((id) => [id, id, id]),
      x: count(1200).map((i) => i % 7),
      c: ids.flatMap((_, i) => [i % 2, i % 2, i % 2]),
    });
    const given = settings({ task: "binary", layout: "long", series_id: "id", targets: ["c"] });
    expect(describeData(file, given)).toMatchObject({ series: 400, window: 3 });
  });

  it("with leading zeros keep their names in predictions", () => {
    const rows = count(60);
    const file = csv({ store: rows.map((i) => (i % 2 ? "007" : "7")), y: rows.map((i) => i * 1.5) });
    const given = settings({ group: "store", targets: ["y"], window: 3 });
    const { pipeline } = prepareData(file, given);
    expect(prepareNewData(file, given, pipeline).samples.map(({ names }) => names)).toEqual([["7"], ["007"]]);
  });
});

describe("classes and categories", () => {
  const codes = (names: readonly string[]) => count(60).map((i) => names[i % names.length]!);
  const wide = settings({ task: "multiclass", layout: "wide", targets: ["c"], features: ["s0", "s1"] });
  const samples = (names: readonly string[]) => csv({ c: codes(names), s0: count(60), s1: count(60) });

  it("are what is written, whatever else the column holds", () => {
    expect(prepareData(samples(["01", "02", "1A"]), wide).outputs).toEqual(["c=01", "c=02", "c=1A"]);
    expect(prepareData(samples(["01", "02", "03"]), wide).outputs).toEqual(["c=01", "c=02", "c=03"]);
  });

  const given = settings({ targets: ["y"], categorical: ["w"], window: 2, normalise: "none" });
  const series = (names: readonly string[]) => csv({ w: codes(names), y: count(60).map((i) => i % 5) });
  const onehot = (trained: readonly string[], fresh: readonly string[]) => {
    const { pipeline } = prepareData(series(trained), given);
    const { set } = prepareNewData(csv({ w: fresh, y: fresh.map((_, i) => i) }), given, pipeline);
    return sample(set, 0).map((row) => row.slice(1));
  };

  it("are found in a file that holds no text", () => {
    expect(onehot(["01", "02", "1A"], ["01", "02"])).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  it("are found by value where none is written so: floats for whole numbers, and zeros that a program cut off", () => {
    const found = [
      [1, 0],
      [0, 1],
    ];
    expect(onehot(["1", "2"], ["1.0", "2.0"])).toEqual(found);
    expect(onehot(["1.0", "2.0"], ["1", "2"])).toEqual(found);
    expect(onehot(["01", "02"], ["1", "2"])).toEqual(found);
  });

  it("of a model that was trained when zeros were lost are still found", () => {
    const find = levelFinder(["1", "2", "100000"]);
    expect(["01", "002", "1e5", "3", "x"].map(find)).toEqual(["1", "2", "100000", undefined, undefined]);
  });

  it("are not found by a value that several share, nor by all but the last digits", () => {
    expect(["1", "1.1", "01", "x", ""].map(levelFinder(["01", "001", "1.1", "1.10", "x"]))).toEqual([
      undefined,
      "1.1",
      "01",
      "x",
      undefined,
    ]);
    expect(levelFinder(["20240101000000001"])("20240101000000002")).toBeUndefined();
  });
});
