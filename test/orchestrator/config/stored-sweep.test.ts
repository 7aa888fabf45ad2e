import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { parseStoredSweep, settingsFor } from "../../../orchestrator/config/sweep.ts";
import { contains, samplePrior } from "../../../search/domain.ts";
import { rngFor } from "../../../search/random.ts";
import type { Domain } from "../../../search/space.ts";
import { sweepOf, sweepWith } from "./support.ts";

interface Case {
  readonly name: string;
  readonly spec: object;
  readonly domain: Domain;
}

const share = fc.double({ min: 0.001, max: 0.9, noNaN: true });

/** A range of a setting that takes fractions, on either scale. */
const floatRange = (name: string): fc.Arbitrary<Case> =>
  fc.tuple(share, share, fc.constantFrom("linear", "log")).map(([a, b, scale]) => {
    const [min, max] = a < b ? [a, b] : [b, a];
    const distribution = scale === "log" ? "log_uniform" : "uniform";
    const domain: Domain =
      min === max ? { kind: "constant", value: min } : { kind: "float", min, max, scale: scale as "linear" };
    return { name, spec: { min, max, distribution }, domain };
  });

/** A range of whole numbers whose steps arrive at its end. */
const intRange = (name: string): fc.Arbitrary<Case> =>
  fc
    .record({
      min: fc.integer({ min: 1, max: 50 }),
      steps: fc.integer({ min: 1, max: 20 }),
      step: fc.integer({ min: 1, max: 9 }),
      scale: fc.constantFrom("linear" as const, "log" as const),
    })
    .map(({ min, steps, step, scale }) => {
      const max = min + steps * step;
      const distribution = scale === "log" ? "log_int" : "int";
      return { name, spec: { min, max, step, distribution }, domain: { kind: "int", min, max, scale, step } };
    });

const choice = (name: string, values: readonly (string | number | null)[]): fc.Arbitrary<Case> =>
  fc.shuffledSubarray([...values], { minLength: 1 }).map((chosen) => ({
    name,
    spec: { values: chosen },
    domain: { kind: "categorical", values: chosen },
  }));

const spaces = fc
  .tuple(
    floatRange("dropout"),
    floatRange("learning_rate"),
    intRange("window"),
    intRange("hidden"),
    choice("optimizer", ["adam", "sgd", "momentum", "rmsprop"]),
    choice("clip_norm", [null, 0.5, 1, 10]),
    choice("normalise", ["standard", "minmax", "none"]),
  )
  .chain((all) => fc.shuffledSubarray(all, { minLength: 1 }));

describe("any space of good ranges and lists", () => {
  test("comes out of the file, and out of storage, as it went in", async () => {
    await fc.assert(
      fc.asyncProperty(spaces, async (cases) => {
        const parameters = Object.fromEntries(cases.map(({ name, spec }) => [name, spec]));
        const sweep = await sweepOf(sweepWith(stringify(parameters).trimEnd()));
        expect(sweep.space.parameters).toEqual(cases.map(({ name, domain }) => ({ name, domain, when: [] })));
        const stored: unknown = JSON.parse(JSON.stringify(sweep));
        expect(parseStoredSweep(stored)).toEqual({ ok: true, sweep });
      }),
      { numRuns: 30 },
    );
  });

  test("gives configurations that a trial can train", async () => {
    await fc.assert(
      fc.asyncProperty(spaces, fc.nat(1000), async (cases, seed) => {
        const parameters = Object.fromEntries(cases.map(({ name, spec }) => [name, spec]));
        const sweep = await sweepOf(sweepWith(stringify(parameters).trimEnd()));
        const params = samplePrior(sweep.space, rngFor(seed));
        expect(contains(sweep.space, params)).toBe(true);
        expect(settingsFor(sweep, params)).toMatchObject({ ok: true });
      }),
      { numRuns: 30 },
    );
  });
});

test("a stored sweep with conditions and rules goes on without its file", async () => {
  const sweep = await sweepOf(
    sweepWith(
      "layers: {values: [0, 1]}\nhidden: {min: 8, max: 32, when: {layers: 1}}",
      "early_terminate: [{type: median}, {type: threshold, max: 3}]\nmethod: {name: random}",
    ),
  );
  expect(parseStoredSweep(JSON.parse(JSON.stringify(sweep)))).toEqual({ ok: true, sweep });
});

describe("a stored sweep that does not fit", () => {
  test.each([
    ["nothing", null, "expected object, received null"],
    ["an unknown search method", { method: { name: "later" } }, "method"],
    ["a setting this version does not know", { model: { warp: 3 } }, 'Unrecognized key: "warp"'],
    ["a number where a space should be", { space: 3 }, "space"],
  ])("%s", async (_, changes, words) => {
    const sweep = await sweepOf(sweepWith("dropout: {value: 0.1}"));
    const stored: unknown = changes === null ? null : { ...sweep, ...changes };
    const parsed = parseStoredSweep(stored);
    if (parsed.ok) throw new Error("it was accepted");
    expect(parsed.message).toContain("the stored sweep does not fit this version of seqtune");
    expect(parsed.message).toContain(words);
  });
});
