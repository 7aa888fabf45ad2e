import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { mutants } from "./mutants.ts";

it.each(mutants)("the planted bug has its place in today's code: $bug", ({ file, find, tests }) => {
  expect(readFileSync(file, "utf8").split(find)).toHaveLength(2);
  expect(tests.filter((test) => !existsSync(test))).toEqual([]);
});
