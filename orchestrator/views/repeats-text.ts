import type { Repeated } from "../repeats/repeated.ts";
import { withMargin } from "./numbers.ts";

/** `0.3312 ± 0.0041 =`: the mean of the repeats, marked where it is the best (*) or is statistically tied with it (=). */
export function repeatsText(repeats: Repeated | null): string {
  if (repeats === null) return "";
  const { mean, margin, standing } = repeats;
  if (standing === "diverged") return "diverged  ";
  return `${withMargin(mean, margin)} ${{ best: "*", tied: "=", worse: " " }[standing]}`;
}
