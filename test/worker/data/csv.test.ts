import { describe, expect, it } from "vitest";
import { maxRecordBytes, readCsv } from "../../../worker/data/csv.ts";
import { bytes, dataError } from "./helpers.ts";

describe("reading a CSV file", () => {
  it("reads quoted names, blank lines, a byte order mark and Windows line ends, and keeps line numbers", () => {
    const content = readCsv(bytes('\ufeff"the time",value\r\n2020-01-01,1\r\n\r\n"2020-01-02",2.5\r\n'));
    expect(content.columns.map(({ name }) => name)).toEqual(["the time", "value"]);
    expect(Array.from(content.columns[1]!.numbers)).toEqual([1, 2.5]);
    expect(Array.from(content.lines)).toEqual([2, 4]);
  });

  it("counts the lines of a value that spans several", () => {
    expect(Array.from(readCsv(bytes('a,b\n"x\ny",1\nz,2\n')).lines)).toEqual([3, 4]);
  });

  it("takes semicolons or tabs for separators when the header uses them", () => {
    for (const separator of [";", "\t"]) {
      const content = readCsv(bytes(`a${separator}"b,c"\n1${separator}2\n`));
      expect(content.columns.map(({ name }) => name)).toEqual(["a", "b,c"]);
    }
  });

  it("names a column without a name by its place", () => {
    expect(readCsv(bytes(",a\n0,1\n")).columns.map(({ name }) => name)).toEqual(["column 1", "a"]);
  });

  it.each([
    ["", "the file is empty"],
    ["\n\n", "only blank lines"],
    ["a,b\n", "a header but no rows"],
    ["a,b\n1,2\n3\n", "line 3 has 1 value where the header names 2 columns"],
    ["a,b\n1,2,3\n", "line 2 has 3 values"],
    ["a,a\n1,2\n", 'names "a" twice'],
    ["1,2\n3,4\n", "line 1 holds numbers only"],
    ['a,b\n1,"2\n3,4\n', "quote opened on line 2"],
    ['a,b\n1,x"2"\n', "line 2 has a quote in the middle"],
    ["PK\u0003\u0004\u0000\u0000", "not text"],
  ])("refuses %j in a sentence", (text, sentence) => {
    expect(dataError(() => readCsv(bytes(text))).message).toContain(sentence);
  });

  it("carries the line of a ragged row", () => {
    expect(dataError(() => readCsv(bytes("a,b\n1,2\n\n3\n"))).line).toBe(4);
  });

  it("refuses a line of 200 MB without taking it in", () => {
    const line = Buffer.alloc(200 * 2 ** 20, "7,");
    line.write("a,b\n");
    const before = process.memoryUsage().arrayBuffers;
    const error = dataError(() => readCsv(line));
    expect(error.message).toContain("line 2 is longer than 4 MiB");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * maxRecordBytes);
  });

  it("refuses a quote that swallows the rest of a large file, naming the line it opens on", () => {
    const text = `a,b\n1,2\n"3,4\n${"5,6\n".repeat(2_000_000)}`;
    expect(dataError(() => readCsv(bytes(text))).line).toBe(3);
  });
});

describe("typing columns by looking", () => {
  it("tells numbers, missing values, infinite values and text apart", () => {
    const text = 'a\n1\n NA \n""\nNaN\nnull\n?\ninf\n1e999\nabc\n-2.5e-3\n.5\n0x10\n';
    const [column] = readCsv(bytes(text)).columns;
    expect(column!.counts).toEqual({ number: 3, missing: 5, infinite: 2, text: 2 });
    expect(column!.first).toEqual({ number: 0, missing: 1, infinite: 6, text: 8 });
    expect(column!.numbers[9]).toBe(-0.0025);
  });

  it("gives the texts of a column that turns to text late", () => {
    const [column] = readCsv(bytes("a\n1\nNA\nSE\n2\n")).columns;
    expect(column!.texts).toEqual(["1", "", "SE", "2"]);
  });
});
