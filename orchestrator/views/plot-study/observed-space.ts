import type { Domain, Params, ParamValue, Space } from "../../../search/space.ts";
import { sameValue } from "../../../search/space.ts";

/** Positive numbers that differ more than this many times are taken for a logarithmic range. */
const logFrom = 100;
/** At most this many different numbers are a list of values. */
const mostListed = 6;

/** A space that holds all these configurations, for studies whose own is not known. */
export function observedSpace(all: readonly Params[]): Space {
  const values = new Map<string, ParamValue[]>();
  for (const params of all) {
    for (const [name, value] of Object.entries(params)) {
      const known = values.get(name) ?? [];
      if (known.length === 0) values.set(name, known);
      known.push(value);
    }
  }
  return {
    parameters: [...values].map(([name, seen]) => ({ name, domain: domainOf(seen), when: [] })),
  };
}

function domainOf(seen: readonly ParamValue[]): Domain {
  const numbers = seen.filter(
    (value): value is number => typeof value === "number" && Number.isFinite(value),
  );
  const different = new Set(numbers);
  if (numbers.length < seen.length || different.size <= mostListed)
    return { kind: "categorical", values: distinct(seen) };
  const [min, max] = [minOf(numbers), maxOf(numbers)];
  const scale = min > 0 && max / min > logFrom ? "log" : "linear";
  return numbers.every(Number.isInteger)
    ? { kind: "int", min, max, scale, step: 1 }
    : { kind: "float", min, max, scale };
}

function minOf(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function maxOf(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}

function distinct(seen: readonly ParamValue[]): readonly ParamValue[] {
  const found: ParamValue[] = [];
  const keys = new Set<string>();
  for (const value of seen) {
    const key = JSON.stringify(value);
    if (!keys.has(key) && !found.some((one) => sameValue(one, value))) found.push(value);
    keys.add(key);
  }
  return found;
}
