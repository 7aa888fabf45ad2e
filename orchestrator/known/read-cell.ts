import { z } from "zod";
import { domainContains } from "../../search/domain.ts";
import { fromUnit, isNumeric, toUnit, type NumericDomain } from "../../search/levels.ts";
import type { Domain, ParamValue } from "../../search/space.ts";

/** What two numbers may differ by, relative to the larger, and be one number that went through another tool. */
const rounding = 1e-9;

/**
 * The value a cell of a CSV file holds, as the domain of its parameter writes it: `TRUE` is true, `16.0` is 16, an empty
 * cell or `None` is null where null is a value, and 0.30000000000000004 is 0.3 in steps of 0.1. Undefined: nothing. A cell
 * whose value the domain does not have is read as JSON would.
 */
export function readCell(text: string, domain: Domain | undefined): ParamValue | undefined {
  const values = valuesOf(domain);
  // A text that begins like a formula is written with an apostrophe before it.
  const same = values.find((value) => value === text || (typeof value === "string" && `'${value}` === text));
  if (same !== undefined) return same;
  const value = plainCell(text);
  if (value === null && !values.includes(null)) return text === "" ? undefined : text;
  if (value === null && domain === undefined) return undefined;
  return domain === undefined ? value : asWritten(value, domain);
}

function valuesOf(domain: Domain | undefined): readonly ParamValue[] {
  if (domain?.kind === "categorical") return domain.values;
  return domain?.kind === "constant" ? [domain.value] : [];
}

/** The domain's own value where the difference is one of rounding; else the value as it is. */
function asWritten(value: ParamValue, domain: Domain): ParamValue {
  if (domainContains(domain, value)) return value;
  const near = isNumeric(domain)
    ? nearestIn(domain, value)
    : valuesOf(domain).find((other) => sameButRounded(other, value));
  return near !== undefined && sameButRounded(near, value) ? near : value;
}

function nearestIn(domain: NumericDomain, value: ParamValue): number | undefined {
  if (typeof value !== "number" || (domain.scale === "log" && value <= 0)) return undefined;
  return fromUnit(domain, toUnit(domain, value));
}

function sameButRounded(a: ParamValue, b: ParamValue): boolean {
  if (typeof a === "number" && typeof b === "number") {
    return Math.abs(a - b) <= rounding * Math.max(Math.abs(a), Math.abs(b));
  }
  return JSON.stringify(a) === JSON.stringify(b);
}

const cellSchema = z.union([
  z.number(),
  z.boolean(),
  z.string(),
  z.array(z.number()),
  z.array(z.string()),
  z.null(),
]);

/** Numbers, true, false, null and lists as JSON or Python has them; anything else is a text. */
function plainCell(text: string): ParamValue {
  if (/^(none|null|nan|na|n\/a|<na>)?$/i.test(text)) return null;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  const json = /^\[.*\]$/.test(text) ? text.replaceAll("'", '"') : text;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(json)) return Number(json);
  try {
    const read = cellSchema.safeParse(JSON.parse(json));
    return read.success ? read.data : text;
  } catch {
    return text;
  }
}
