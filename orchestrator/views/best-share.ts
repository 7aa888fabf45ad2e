import type { Among } from "../../search/importance.ts";
import { figure } from "./numbers.ts";

/** Reads "the best P percent" as a share, above 0 and at most 1; `null` where it is none. */
export function readBestShare(text: string): number | null {
  const percent = /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  return percent > 0 && percent <= 100 ? percent / 100 : null;
}

export function bestShareRule(name: string): string {
  return `${name} must be a percentage above 0 and at most 100, such as 10 for the best 10 % of the trials`;
}

/** A share of the trials for people: "the best 10 %". */
export function bestShareText(share: number): string {
  return `the best ${Number((100 * share).toPrecision(3))} %`;
}

/** "the best 10 % (8 trials, val_mse to 0.1234)". */
export function amongText({ share, trials, cut }: Among, metric: string): string {
  const to = cut === null ? "" : `, ${metric} to ${figure(cut)}`;
  return `${bestShareText(share)} (${trials} trials${to})`;
}
