import * as fc from "fast-check";
import type { Condition, Domain, Parameter, Space } from "../../search/space.ts";

const scale = fc.constantFrom("linear" as const, "log" as const);

const constant: fc.Arbitrary<Domain> = fc.record({
  kind: fc.constant("constant" as const),
  value: fc.constantFrom(1, "adam", true, null),
});

const categorical: fc.Arbitrary<Domain> = fc.record({
  kind: fc.constant("categorical" as const),
  values: fc.uniqueArray(fc.constantFrom("a", "b", "c", 1, 2.5, true, false, null), {
    minLength: 1,
    maxLength: 4,
  }),
});

/** `most` values at most, on either scale. */
function int(most: number): fc.Arbitrary<Domain> {
  return fc
    .record({
      min: fc.integer({ min: 1, max: 50 }),
      step: fc.integer({ min: 1, max: 7 }),
      levels: count(most),
      scale,
    })
    .map(({ min, step, levels, scale }) => ({
      kind: "int",
      min,
      max: min + step * (levels - 1),
      scale,
      step,
    }));
}

function steppedFloat(most: number): fc.Arbitrary<Domain> {
  return fc
    .record({ tenths: fc.integer({ min: 1, max: 30 }), levels: count(most), scale })
    .map(({ tenths, levels, scale }) => {
      const step = tenths / 10;
      // A little room above the last step, as people write 0.1..0.95 in steps of 0.3.
      return { kind: "float", min: step, max: step * levels + step / 3, scale, step };
    });
}

const continuous: fc.Arbitrary<Domain> = fc
  .record({ exponent: fc.integer({ min: -8, max: 4 }), factor: fc.integer({ min: 2, max: 10_000 }), scale })
  .map(({ exponent, factor, scale }) => ({
    kind: "float",
    min: Number(`1e${exponent}`),
    max: Number(`${factor}e${exponent}`),
    scale,
  }));

/** A range with a normal distribution around a place inside it, which reaches at most 5 deviations. */
function normal(inner: fc.Arbitrary<Domain>): fc.Arbitrary<Domain> {
  return fc
    .record({ inner, place: fc.double({ min: 0, max: 1, noNaN: true }), share: fc.constantFrom(0.2, 0.5, 3) })
    .map(({ inner, place, share }) => {
      if (inner.kind !== "float" && inner.kind !== "int") return inner;
      const on = (value: number): number => (inner.scale === "log" ? Math.log(value) : value);
      const width = on(inner.max) - on(inner.min);
      if (width === 0) return inner;
      return { ...inner, normal: { mu: on(inner.min) + place * width, sigma: width * share } };
    });
}

const finiteDomain = fc.oneof(constant, categorical, int(4), steppedFloat(4));
export const stepped = fc.oneof(int(200), steppedFloat(200), normal(int(200)), normal(steppedFloat(200)));
export const numeric = fc.oneof(stepped, continuous, normal(continuous));
const anyDomain = fc.oneof(constant, categorical, int(100), steppedFloat(100), continuous);

/** Few enough configurations to list them all. */
export const finiteSpaces = spacesOf(finiteDomain, 4);
export const anySpaces = spacesOf(anyDomain, 7);

function count(most: number): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: most });
}

/** Each parameter but the first may hang on the value of an earlier one that has a list of values. */
function spacesOf(domain: fc.Arbitrary<Domain>, most: number): fc.Arbitrary<Space> {
  const drawn = fc.record({ domain, hangs: fc.boolean(), parent: fc.nat(), allowed: fc.nat() });
  return fc.array(drawn, { minLength: 1, maxLength: most }).map((items) => {
    const parameters: Parameter[] = [];
    for (const [index, { domain, hangs, parent, allowed }] of items.entries()) {
      const when = hangs ? conditionOn(parameters, parent, allowed) : [];
      parameters.push({ name: `p${index}`, domain, when });
    }
    return { parameters };
  });
}

function conditionOn(earlier: readonly Parameter[], parent: number, allowed: number): Condition[] {
  const lists = earlier.flatMap(({ name, domain }) =>
    domain.kind === "categorical" ? [{ name, values: domain.values }] : [],
  );
  const list = lists[parent % Math.max(1, lists.length)];
  if (list === undefined) return [];
  return [{ param: list.name, in: list.values.slice(0, 1 + (allowed % list.values.length)) }];
}
