import { describe, expect, it } from "vitest";
import { analyseRange, suggestionOf } from "../../search/lr-range/analyse.ts";
import { defaultReading, defaultWalk, rateAt } from "../../search/lr-range/curve.ts";
import { defaultRule } from "../../search/lr-range/rules.ts";
import { rngFor, type Rng } from "../../search/random.ts";

/** Losses of 200 range tests that teach nothing: level and noise of a batch, whatever the rate. */
function suggestionsOfNothing(steps: number, loss: (rng: Rng) => number): (number | null)[] {
  return Array.from({ length: 200 }, (_, seed) => {
    const rng = rngFor(seed, "nothing learned");
    const points = Array.from({ length: steps }, (_unused, step) => ({
      rate: rateAt({ ...defaultWalk, steps }, step),
      loss: loss(rng),
    }));
    return suggestionOf(analyseRange(points, defaultReading), defaultRule).rate;
  });
}

describe("a loss that never falls", () => {
  it.each([
    { what: "normal noise", steps: 300, loss: (rng: Rng) => 1 + 0.1 * rng.normal() },
    { what: "few steps", steps: 100, loss: (rng: Rng) => 1 + 0.1 * rng.normal() },
    { what: "many steps", steps: 1000, loss: (rng: Rng) => 1 + 0.1 * rng.normal() },
    { what: "squared errors of a few windows", steps: 300, loss: (rng: Rng) => rng.normal() ** 2 },
    { what: "large noise of one sign", steps: 300, loss: (rng: Rng) => -Math.log(1 - rng.next()) },
  ])("gives a rate in at most one of a hundred tests: $what", ({ steps, loss }) => {
    const found = suggestionsOfNothing(steps, loss).filter((rate) => rate !== null);
    expect(found.length).toBeLessThanOrEqual(2);
  });

  it("takes no lucky first batch for the least loss", () => {
    // The first loss is far below the others; the fall at the end is real.
    const points = Array.from({ length: 300 }, (_, step) => {
      const rate = rateAt(defaultWalk, step);
      return { rate, loss: step === 0 ? 0.3 : 1 - 0.5 / (1 + (1e-3 / rate) ** 2) };
    });
    const analysis = analyseRange(points, defaultReading);
    expect(analysis.points[analysis.lowest]!.rate).toBeGreaterThan(1e-2);
  });
});
