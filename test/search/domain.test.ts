import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contains,
  ContinuousParameterError,
  domainContains,
  domainSize,
  fromUnit,
  gridValues,
  isNumeric,
  sampleDomain,
  samplePrior,
  spaceSize,
  toUnit,
  type NumericDomain,
} from "../../search/domain.ts";
import { rngFor } from "../../search/random.ts";
import { paramsKey, type Domain, type Params, type Space } from "../../search/space.ts";
import { anySpaces, finiteSpaces, numeric, stepped } from "./spaces.ts";

const seed = fc.integer({ min: 0, max: 1e6 });

function parameter(domain: Domain): { name: string; domain: Domain; when: [] } {
  return { name: "p", domain, when: [] };
}

describe("values of a domain", () => {
  it("are inside it, to the last bit, wherever they come from", () => {
    fc.assert(
      fc.property(numeric, seed, fc.double({ min: 0, max: 1, noNaN: true }), (domain, seed, unit) => {
        expect(domainContains(domain, sampleDomain(domain, rngFor(seed)))).toBe(true);
        if (isNumeric(domain)) expect(domainContains(domain, fromUnit(domain, unit))).toBe(true);
      }),
    );
  });

  it("survive the way to the unit interval and back", () => {
    fc.assert(
      fc.property(numeric.filter(isNumeric), fc.double({ min: 0, max: 1, noNaN: true }), (domain, unit) => {
        const value = fromUnit(domain, unit);
        expect(fromUnit(domain, toUnit(domain, value))).toBe(value);
      }),
    );
  });

  it("survive for every step, each inside a cell of its own", () => {
    fc.assert(
      fc.property(stepped.filter(isNumeric), (domain) => {
        const values = gridValues(parameter(domain)).map(Number);
        const units = values.map((value) => toUnit(domain, value));
        expect(values).toHaveLength(domainSize(domain));
        expect(units.map((unit) => fromUnit(domain, unit))).toEqual(values);
        expect(units).toEqual([...units].sort((a, b) => a - b));
      }),
    );
  });

  it("follow a normal distribution where one is given", () => {
    const domain = {
      kind: "float",
      min: 0,
      max: 1,
      scale: "linear",
      normal: { mu: 0.4, sigma: 0.1 },
    } as const;
    const rng = rngFor(1);
    const drawn = Array.from({ length: 4000 }, () => Number(sampleDomain(domain, rng)));
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const deviation = Math.sqrt(drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length);
    expect(mean).toBeCloseTo(0.4, 2);
    expect(deviation).toBeCloseTo(0.1, 2);
    // P(Z < 1) = 0.8413, of a distribution of which nothing is cut off.
    expect(drawn.filter((value) => value < 0.5).length / drawn.length).toBeCloseTo(0.8413, 1);
    const halves = { ...domain, step: 0.05 };
    const levels = Array.from({ length: 4000 }, () => Number(sampleDomain(halves, rng)));
    // P(0.375 < X < 0.425) = 0.1974
    expect(levels.filter((value) => value === 0.4).length / levels.length).toBeCloseTo(0.1974, 1);
  });

  it("are drawn with their probabilities", () => {
    const domain = { kind: "categorical", values: ["a", "b", "c"], probabilities: [0.7, 0.1, 0.2] } as const;
    const rng = rngFor(2);
    const drawn = Array.from({ length: 4000 }, () => sampleDomain(domain, rng));
    const shares = domain.values.map((value) => drawn.filter((each) => each === value).length / drawn.length);
    for (const [index, share] of shares.entries()) expect(share).toBeCloseTo(domain.probabilities[index]!, 1);
  });

  it("are what people would write: 0.3, not 0.30000000000000004", () => {
    const domain: Domain = { kind: "float", min: 0, max: 0.5, step: 0.1, scale: "linear" };
    expect(gridValues(parameter(domain))).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  it("reach both ends, and a range of one value has one", () => {
    const rate: NumericDomain = { kind: "float", min: 1e-5, max: 0.3, scale: "log" };
    expect([fromUnit(rate, 0), fromUnit(rate, 1)]).toEqual([1e-5, 0.3]);
    const fixed: NumericDomain = { kind: "float", min: 2, max: 2, scale: "linear" };
    expect([domainSize(fixed), fromUnit(fixed, 0.7), toUnit(fixed, 2)]).toEqual([1, 2, 0.5]);
  });

  it("keep a user's short number when a model moves through the unit interval", () => {
    const rate: NumericDomain = { kind: "float", min: 1e-6, max: 1, scale: "log" };
    for (const value of [0.001, 3e-4, 0.0123, 0.5]) expect(fromUnit(rate, toUnit(rate, value))).toBe(value);
  });

  it("of a whole range on a log scale weigh as their share of the scale", () => {
    const hidden: Domain = { kind: "int", min: 1, max: 100, step: 1, scale: "log" };
    const rng = rngFor(7);
    const draws = Array.from({ length: 20_000 }, () => Number(sampleDomain(hidden, rng)));
    // Borders: 1/sqrt(2) below, sqrt(9 * 10) in the middle, 100 * sqrt(100 / 99) above.
    const expected = Math.log(Math.sqrt(90) * Math.SQRT2) / Math.log(100 * Math.sqrt(100 / 99) * Math.SQRT2);
    expect(draws.filter((value) => value < 10).length / draws.length).toBeCloseTo(expected, 1);
    expect(Math.max(...draws)).toBe(100);
  });

  it("of a list of lists are compared by their items", () => {
    const domain: Domain = { kind: "categorical", values: [[32], [64, 32]] };
    expect(domainContains(domain, [64, 32])).toBe(true);
    expect(domainContains(domain, [32, 64])).toBe(false);
  });

  it("off the step or outside the range do not belong", () => {
    const domain: Domain = { kind: "float", min: 0, max: 1, step: 0.25, scale: "linear" };
    expect([0.5, 0.3, 1.25, Number.NaN, "0.5"].map((value) => domainContains(domain, value))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("cannot be listed when they are continuous, and the message names the parameter", () => {
    const rate = {
      name: "learning_rate",
      domain: { kind: "float", min: 0, max: 1, scale: "linear" },
      when: [],
    } as const;
    expect(() => gridValues(rate)).toThrow(ContinuousParameterError);
    expect(() => gridValues(rate)).toThrow(/"learning_rate" is continuous/);
  });
});

describe("configurations of a space", () => {
  it("drawn from the prior give every active parameter, and no other, a value it can take", () => {
    fc.assert(
      fc.property(anySpaces, seed, (space, seed) => {
        expect(contains(space, samplePrior(space, rngFor(seed)))).toBe(true);
      }),
    );
  });

  it("are counted as if they had been listed", () => {
    fc.assert(
      fc.property(finiteSpaces, (space) => {
        expect(spaceSize(space)).toBe(listed(space).size);
      }),
    );
  });

  it("with a missing, an inactive or a foreign parameter do not belong", () => {
    const space: Space = {
      parameters: [
        { name: "optimizer", domain: { kind: "categorical", values: ["adam", "sgd"] }, when: [] },
        {
          name: "momentum",
          domain: { kind: "float", min: 0, max: 1, scale: "linear" },
          when: [{ param: "optimizer", in: ["sgd"] }],
        },
      ],
    };
    expect(contains(space, { optimizer: "sgd", momentum: 0.5 })).toBe(true);
    expect(contains(space, { optimizer: "adam" })).toBe(true);
    expect(contains(space, { optimizer: "sgd" })).toBe(false);
    expect(contains(space, { optimizer: "adam", momentum: 0.5 })).toBe(false);
    expect(contains(space, { optimizer: "adam", extra: 1 })).toBe(false);
    expect(spaceSize(space)).toBe(Infinity);
  });
});

/** Every configuration by plain recursion: the reference for counting. */
function listed(space: Space): Set<string> {
  const keys = new Set<string>();
  const visit = (index: number, chosen: Params): void => {
    const parameter = space.parameters[index];
    if (parameter === undefined) {
      keys.add(paramsKey(chosen));
      return;
    }
    const active = parameter.when.every(({ param, in: allowed }) => {
      const value = chosen[param];
      return value !== undefined && allowed.includes(value);
    });
    if (!active) return visit(index + 1, chosen);
    for (const value of gridValues(parameter)) visit(index + 1, { ...chosen, [parameter.name]: value });
  };
  visit(0, {});
  return keys;
}
