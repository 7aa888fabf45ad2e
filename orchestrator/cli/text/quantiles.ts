import type { EvaluationRow } from "../../../storage/store.ts";
import { knownQuantiles } from "../../verdict/known-intervals.ts";
import { printable } from "../../views/text-width.ts";

/** Targets, at most, that are shown. */
const mostTargets = 3;

/** `quantiles  of OT 0.05 to 0.95 were meant to hold 90 % of the values and hold 88 %; at or below 0.05 lie 6 %, …` */
export function quantileLines(evaluation: EvaluationRow): string[] {
  return knownQuantiles([evaluation], evaluation.trial)
    .slice(0, mostTargets)
    .map(({ target, quantiles, below, within }) => {
      const [low, high] = [quantiles[0]!, quantiles.at(-1)!];
      const each = quantiles.map((quantile, q) => `${quantile} ${percent(below[q]!)}`).join(", ");
      return `quantiles  of ${printable(target)} ${low} to ${high} were meant to hold ${percent(high - low)} of the test values and hold ${percent(within)}; at or below each lie: ${each}`;
    });
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
