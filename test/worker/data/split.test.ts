import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitRows, type SplitRanges } from "../../../worker/data/split/split.ts";
import { count, dataError } from "./helpers.ts";

const ends = ({ train, validation, test }: SplitRanges): number[] => [train.end, validation.end, test.end];
const days = (n: number): Float64Array => Float64Array.from(count(n), (i) => Date.UTC(2020, 0, 1 + i));

describe("splitting rows in time order", () => {
  it("cuts by fractions; test takes the rest unless it is given", () => {
    expect(ends(splitRows({ train: 0.7, validation: 0.2 }, 10))).toEqual([7, 9, 10]);
    expect(ends(splitRows({ train: 0.5, validation: 0.2, test: 0.2 }, 10))).toEqual([5, 7, 9]);
  });

  it("cuts by row counts", () => {
    expect(ends(splitRows({ train: 5, validation: 2, test: 2 }, 10))).toEqual([5, 7, 9]);
    expect(ends(splitRows({ train: 5, validation: 5 }, 10))).toEqual([5, 10, 10]);
  });

  it("cuts by dates, each the first time not in its part", () => {
    const split = { train_until: "2020-01-06", validation_until: "2020-01-08 12:00" };
    expect(ends(splitRows(split, 10, days(10)))).toEqual([5, 8, 10]);
    expect(ends(splitRows({ ...split, test_until: "2020-01-10" }, 10, days(10)))).toEqual([5, 8, 9]);
  });

  it("takes a plain year for a date", () => {
    const years = Float64Array.from(count(10), (i) => Date.UTC(2000 + i, 0, 1));
    expect(ends(splitRows({ train_until: 2004, validation_until: "2007" }, 10, years))).toEqual([4, 7, 10]);
  });

  it("covers the rows without overlap, whatever the fractions", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 500 }),
        fc.double({ min: 0.1, max: 0.6, noNaN: true }),
        (rows, train) => {
          const ranges = splitRows({ train, validation: 0.3 }, rows);
          expect(ranges.train.start).toBe(0);
          expect(ranges.validation.start).toBe(ranges.train.end);
          expect(ranges.test.start).toBe(ranges.validation.end);
          expect(ranges.test.end).toBe(rows);
        },
      ),
    );
  });

  it.each([
    [{ train: 0.7, validation: 0.15 }, 1, "the file has 1 row, which leaves no validation rows"],
    [{ train: 0.9, validation: 0.2 }, 10, "add up to 1.1"],
    [{ train: 8, validation: 3 }, 10, "asks for 11 rows but the file has 10"],
    [{ train_until: "2020-01-06", validation_until: "2020-01-08" }, 10, "name the time column in `time`"],
  ])("refuses %j of %i rows", (split, rows, sentence) => {
    const error = dataError(() => splitRows(split, rows));
    expect(error.message).toContain(sentence);
    expect(error.setting).toBe("split");
  });

  it.each([
    [{ train_until: "soon", validation_until: "2020-01-08" }, '`split.train_until` is "soon"'],
    [{ train_until: "2020-01-09", validation_until: "2020-01-08" }, "out of order"],
    [
      { train_until: "2019-01-01", validation_until: "2020-01-08" },
      "no training rows, the data run from 2020-01-01 to 2020-01-10",
    ],
    [{ train_until: "2021-01-01", validation_until: "2022-01-08" }, "no validation rows"],
  ])("refuses the dates %j", (split, sentence) => {
    expect(dataError(() => splitRows(split, 10, days(10))).message).toContain(sentence);
  });
});
