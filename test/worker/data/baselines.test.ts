import { describe, expect, it } from "vitest";
import { baselines } from "../../../worker/data/baselines/baselines.ts";
import { readTable } from "../../../worker/data/file/table.ts";
import { count, csv, dataError, dataFile, settings } from "./helpers.ts";

const byName = (found: ReturnType<typeof baselines>) =>
  new Map(found.map(({ name, metrics }) => [name, metrics]));

describe("baselines of a series", () => {
  it("repeat the last value, or that of one season ago", () => {
    const file = csv({ y: [0, 5, 1, 6, 2, 7, 3, 8, 4, 9] });
    const found = byName(
      baselines(
        file,
        settings({ targets: ["y"], window: 3, season: 2, horizon: 3, split: { train: 6, validation: 4 } }),
        "validation",
      ),
    );
    // First window, last known value 7: truth 3 8 4. Second, last value 3: truth 8 4 9.
    expect(found.get("repeat last")!.val_mae_raw).toBeCloseTo((4 + 1 + 3 + 5 + 1 + 6) / 6, 9);
    // One season back: 2 7 2, and 7 3 7.
    expect(found.get("season ago")!.val_mae_raw).toBeCloseTo((1 + 1 + 2 + 1 + 1 + 2) / 6, 9);
  });

  it("the linear one follows a line and a wave where naive ones do not", () => {
    const y = count(120).map((i) => i + 10 * Math.sin(i));
    const found = byName(
      baselines(
        csv({ y }),
        settings({ targets: ["y"], horizon: 4, split: { train: 80, validation: 40 } }),
        "validation",
      ),
    );
    expect(found.get("linear")!.val_r2).toBeGreaterThan(0.99);
    expect(found.get("repeat last")!.val_r2).toBeLessThan(0.9);
  });

  it("do not depend on a trial's window or scaling", () => {
    const file = csv({ y: count(60).map((i) => (i * i) % 17) });
    const given = { targets: ["y"], split: { train: 40, validation: 20 } };
    const some = baselines(file, settings({ ...given, window: 3 }), "validation");
    const others = baselines(
      file,
      settings({ ...given, window: 12, normalise: "minmax", predict: "change" }),
      "validation",
    );
    expect(some).toEqual(others);
  });

  it("say which of them are naive", () => {
    const file = csv({ y: count(60).map((i) => (i * i) % 17) });
    const found = baselines(file, settings({ targets: ["y"], season: 4 }), "validation");
    expect(found.map(({ name, naive }) => [name, naive])).toEqual([
      ["repeat last", true],
      ["season ago", true],
      ["drift", false],
      ["ets", false],
      ["linear", false],
    ]);
  });

  it("refuse a season longer than the rows before", () => {
    const file = csv({ y: count(10) });
    const given = { targets: ["y"], season: 9, split: { train: 6, validation: 4 } };
    expect(dataError(() => baselines(file, settings(given), "validation")).message).toContain(
      "`season` of 9 rows",
    );
  });
});

describe("ETTh1 by the protocol of Informer (AAAI 2021), horizon 24", () => {
  const table = readTable(dataFile("ETTh1.csv"));
  const protocol = {
    time: "date",
    horizon: 24,
    season: 24,
    split: { train: 8640, validation: 2880, test: 2880 },
  };

  it("one column: repeating the last value and ridge reach the known figures", () => {
    const given = settings({ ...protocol, targets: ["OT"] });
    const test = byName(baselines(table, given, "test"));
    expect(test.get("repeat last")!.test_mse).toBeCloseTo(0.034, 3);
    expect(test.get("repeat last")!.test_mae).toBeCloseTo(0.139, 3);
    expect(test.get("linear")!.test_mse).toBeCloseTo(0.026, 3);
    const validation = byName(baselines(table, given, "validation"));
    expect(validation.get("repeat last")!.val_mse).toBeCloseTo(0.07, 3);
  });
});
