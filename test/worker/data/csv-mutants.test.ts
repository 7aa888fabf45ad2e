import { expect, it } from "vitest";
import { readMutants } from "./csv-mutants.ts";

// The long run is in test/integration/csv-mutants.test.ts.
it("the data reader reads damaged CSV files as csv-parse does, or refuses them in a sentence", () => {
  const { faults, read } = readMutants(1, 600);
  expect(faults).toEqual([]);
  expect(read).toBeGreaterThan(120);
});
