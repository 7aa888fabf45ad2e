import { expect, it } from "vitest";
import { baselines } from "../../worker/data/baselines/baselines.ts";
import { readTable } from "../../worker/data/file/table.ts";
import { dataFile, settings } from "../worker/data/helpers.ts";

// One column of it is a unit test; seven take ridge seconds.
it("baselines of all columns of ETTh1 reach the figures known for the protocol of Informer, horizon 24", () => {
  const targets = ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"];
  const split = { train: 8640, validation: 2880, test: 2880 };
  const given = settings({ time: "date", targets, horizon: 24, season: 24, split });
  const found = baselines(readTable(dataFile("ETTh1.csv")), given, "test");
  const test = new Map(found.map(({ name, metrics }) => [name, metrics]));
  expect(test.get("season ago")!.test_mse).toBeCloseTo(0.424, 3);
  expect(test.get("season ago")!.test_mae).toBeCloseTo(0.389, 3);
  expect(test.get("linear")!.test_mse).toBeLessThan(0.325);
});
