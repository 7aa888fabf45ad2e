import { distance } from "fastest-levenshtein";

/** The closest of `names`, when a slip of the fingers can explain the difference. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let best: { name: string; steps: number } | undefined;
  for (const candidate of names) {
    const steps = slipsBetween(name.toLowerCase(), candidate.toLowerCase());
    if (best === undefined || steps < best.steps) best = { name: candidate, steps };
  }
  return best !== undefined && best.steps <= slipsAllowed(name) ? best.name : undefined;
}

/** Letters in another order are one slip. */
function slipsBetween(a: string, b: string): number {
  const sorted = (text: string): string => text.split("").sort().join("");
  return a !== b && sorted(a) === sorted(b) ? 1 : distance(a, b);
}

function slipsAllowed(name: string): number {
  if (name.length <= 3) return 1;
  return name.length <= 7 ? 2 : 3;
}
