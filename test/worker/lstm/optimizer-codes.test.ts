import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { optimizers } from "../../../worker/protocol/optimizers.ts";

const codes = [...new Set(Object.values(optimizers).map(({ rule }) => rule.code))].toSorted((a, b) => a - b);

/** The codes that the choice of a rule names, in order. */
function casesIn(file: string, choice: RegExp): readonly number[] {
  const [body = ""] = choice.exec(readFileSync(`worker/lstm/${file}`, "utf8")) ?? [];
  return [...body.matchAll(/case (\d+):/g)].map(([, code]) => Number(code));
}

it.each([
  ["kernels/optimizers.ts", /switch \(code\) \{[^]*?\n {2}\}/],
  ["native/optimizers.h", /switch \(\(int\)u->code\) \{[^]*?\n {2}\}/],
])("every optimizer's rule has its place in %s", (file, choice) => {
  expect(casesIn(file, choice)).toEqual(codes);
});

it("every optimizer's rule has its place in the CUDA kernels, the last one as what is left", () => {
  expect(casesIn("cuda/kernels/rules.cuh", /switch \(rule\) \{[^]*?\n {2}\}/)).toEqual(codes.slice(0, -1));
});
