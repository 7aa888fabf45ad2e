import { fromUnit, toUnit } from "../domain.ts";
import type { Sampler } from "../sampler.ts";
import type { Domain, Params, Space } from "../space.ts";
import { bucketOf } from "./bucket.ts";

export interface RateRange {
  readonly min: number;
  readonly max: number;
}

/** The range a bucket's test gave; `full`: the test has no suggestion; `null`: not tested yet. */
export type KnownRange = RateRange | "full" | null;

type NumberDomain = Extract<Domain, { kind: "float" }>;

/** The searched learning rate of a space, where a range test can narrow it: a range without steps. */
export function rateDomain(space: Space): NumberDomain | null {
  const domain = space.parameters.find(({ name }) => name === "learning_rate")?.domain;
  return domain?.kind === "float" && domain.step === undefined ? domain : null;
}

/**
 * Keeps learning rates in the range that the range test of their bucket suggests. What `inner` suggests inside of
 * it stands; a rate outside is moved inside, to where in the range it was in the whole, on the parameter's own scale. So a start that
 * fills the space evenly fills the range evenly, `inner` learns from what was really tried, and its other parameters are its own.
 */
export function narrowedSampler(
  inner: Sampler,
  space: Space,
  known: (bucket: string) => KnownRange,
): Sampler {
  const domain = rateDomain(space);
  if (domain === null) return inner;
  return {
    name: inner.name,
    suggest(history, trial, rng) {
      const next = inner.suggest(history, trial, rng);
      if (next.kind !== "new") return next;
      const rate = next.params["learning_rate"];
      const range = typeof rate === "number" ? known(bucketOf(next.params)) : null;
      if (typeof rate !== "number" || range === null) return next;
      const { params, words } = place(next.params, rate, domain, range);
      return { kind: "new", params, origin: `${next.origin ?? inner.name}; ${words}` };
    },
  };
}

/** The configuration with its learning rate inside of the range, and where that came from. */
function place(
  params: Params,
  rate: number,
  domain: NumberDomain,
  range: RateRange | "full",
): { readonly params: Params; readonly words: string } {
  if (range === "full") return { params, words: "its range test gives no range" };
  const words = "learning rate near its range test's suggestion";
  if (rate >= range.min && rate <= range.max) return { params, words };
  const moved = fromUnit({ ...domain, ...range }, toUnit(domain, rate));
  return { params: { ...params, learning_rate: moved }, words };
}

/** `rate` / below to `rate` × above, as far as the domain goes; `null` when it lies outside altogether. */
export function rangeAround(
  rate: number,
  factors: { readonly below: number; readonly above: number },
  domain: RateRange,
): RateRange | null {
  const min = Math.max(domain.min, rate / factors.below);
  const max = Math.min(domain.max, rate * factors.above);
  return min < max ? { min, max } : null;
}
