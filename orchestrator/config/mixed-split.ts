import { found, isMapping } from "./check.ts";
import type { Report } from "./report.ts";

const parts = ["train", "validation", "test"];

/** Reports a split of fractions and counts together: each alone is allowed, so a schema points at the wrong thing. */
export function reportMixedSplit(report: Report, split: unknown): boolean {
  if (!isMapping(split)) return false;
  const given = parts.flatMap((name) => {
    const value = split[name];
    return typeof value === "number" && value > 0 ? [{ name, value, isFraction: value < 1 }] : [];
  });
  const [first] = given;
  const other = given.find(({ isFraction }) => isFraction !== first?.isFraction);
  if (first === undefined || other === undefined) return false;
  const kinds = first.isFraction ? "a count beside a fraction" : "a fraction beside a count";
  report.error({
    path: ["data", "split", other.name],
    message: `${found(other.value)} with \`${first.name}: ${first.value}\`, which is ${kinds}`,
    allowed: "fractions below 1 in all parts, or whole numbers of rows (or samples) in all parts",
  });
  return true;
}
