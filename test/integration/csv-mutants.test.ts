import { expect, it } from "vitest";
import { readMutants } from "../worker/data/csv-mutants.ts";

it("the data reader reads 20,000 damaged CSV files as csv-parse does, or refuses them in a sentence", () => {
  const { faults, read } = readMutants(7, 20_000);
  expect(faults.slice(0, 10)).toEqual([]);
  expect(read).toBeGreaterThan(4000);
});
