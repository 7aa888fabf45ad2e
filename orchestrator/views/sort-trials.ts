import type { Params } from "../../search/space.ts";

/** No trial of the study has the parameter to sort by. */
export class UnknownSort extends Error {
  readonly sort: string;
  readonly known: readonly string[];

  constructor(sort: string, known: readonly string[]) {
    super(`cannot sort by "${sort}"; allowed: ${known.join(", ")}`);
    this.name = "UnknownSort";
    this.sort = sort;
    this.known = known;
  }
}

/**
 * Trials in another order than their ranking: by `number`, or by a parameter, rising, those without it last; equal
 * ones keep their order, so the best of them stays first. `value` is the ranking itself. Throws `UnknownSort`.
 */
export function sortTrials<T extends { readonly number: number; readonly params: Params }>(
  ranked: readonly T[],
  sort: string,
): readonly T[] {
  if (sort === "value") return ranked;
  if (sort === "number") return ranked.toSorted((a, b) => a.number - b.number);
  const names = new Set(ranked.flatMap((trial) => Object.keys(trial.params)));
  if (!names.has(sort)) throw new UnknownSort(sort, ["value", "number", ...names]);
  return ranked.toSorted((a, b) => compareParams(a.params[sort], b.params[sort]));
}

function compareParams(a: Params[string] | undefined, b: Params[string] | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en");
}
