import { describe, expect, it } from "vitest";
import { describeData } from "../../../worker/data/summary.ts";
import { count, csv, settings } from "./helpers.ts";

const day = (i: number): string => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);

describe("the summary of a file", () => {
  const columns = { t: count(20).map(day), wind: count(20).map(() => "N"), y: count(20) };
  const given = settings({
    time: "t",
    targets: ["y"],
    window: 4,
    horizon: 2,
    split: { train: 10, validation: 5 },
  });

  it("says what there is and what becomes of it", () => {
    expect(describeData(csv(columns), given)).toEqual({
      rows: 20,
      columns: [
        { name: "t", kind: "text", missing: 0 },
        { name: "wind", kind: "text", missing: 0 },
        { name: "y", kind: "number", missing: 0 },
      ],
      time: { from: "2020-01-01", to: "2020-01-20", step: 86_400_000 },
      series: 1,
      window: 4,
      features: ["y"],
      outputs: ["y+1", "y+2"],
      classes: [],
      parts: {
        train: { rows: 10, samples: 5, from: "2020-01-01", to: "2020-01-10" },
        validation: { rows: 5, samples: 4, from: "2020-01-11", to: "2020-01-15" },
        test: { rows: 5, samples: 4, from: "2020-01-16", to: "2020-01-20" },
      },
      warnings: [],
    });
  });

  it("warns of gaps in time", () => {
    const t = count(20).map((i) => day(i < 9 ? i : i + 3));
    expect(describeData(csv({ ...columns, t }), given).warnings).toEqual([
      "1 gap in time, the widest of about 3 rows after 2020-01-09 (line 10): windows run across as if no time had passed",
    ]);
  });
});
