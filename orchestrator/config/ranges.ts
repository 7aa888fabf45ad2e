import type { Domain } from "../../search/space.ts";
import { numberBounds, takesOnlyWholeNumbers } from "./allowed.ts";
import { check, quoted } from "./check.ts";
import { distributions, type Distribution } from "./distributions.ts";
import type { RangeSpec } from "./parameter-specs.ts";
import type { Report } from "./report.ts";

interface Range {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly step: number | undefined;
  /** Under which key it was given. */
  readonly stepKey: "step" | "q";
  readonly distribution: Distribution;
}

/** What `min`, `max`, `distribution` and `step` mean, or undefined after an error is reported. */
export function rangeDomain(report: Report, name: string, spec: RangeSpec): Domain | undefined {
  const path = ["parameters", name];
  const { min, max } = spec;
  if (spec.step !== undefined && spec.q !== undefined) {
    report.error({ path: [...path, "q"], at: "key", message: "q is the same as step; keep one" });
    return undefined;
  }
  if (min > max) {
    const message = `min is ${quoted(min)}, above max, which is ${quoted(max)}`;
    report.error({ path: [...path, "min"], message });
    return undefined;
  }
  const distribution = spec.distribution ? distributions[spec.distribution] : inferred(report, name, spec);
  const stepKey = spec.step === undefined ? "q" : "step";
  const range: Range = { name, min, max, step: spec[stepKey], stepKey, distribution };
  if (!scaleFits(report, range) || !endsAllowed(report, range)) return undefined;
  if (!kindFits(report, range) || !stepFits(report, range)) return undefined;
  warnOfExponents(report, name, spec);
  return min === max ? { kind: "constant", value: min } : domainOf(report, range);
}

function endsAllowed(report: Report, { name, min, max }: Range): boolean {
  const schema = report.searchable.schemaOf(name);
  const ends = Object.entries({ min, max }).map(([key, end]) =>
    check(report, schema, end, ["parameters", name, key]),
  );
  return ends.every((end) => end !== undefined);
}

/** As in W&B: whole ends make whole numbers, and 1.0 is not written as one. The setting has a say, too: layers are whole in any case. */
function inferred(report: Report, name: string, { min, max, step, q }: RangeSpec): Distribution {
  if (onlyWhole(report, name)) return distributions.int;
  const path = ["parameters", name];
  if (![min, max, step ?? q ?? 1].every(Number.isInteger)) return distributions.uniform;
  if (["min", "max"].some((key) => report.written([...path, key]).includes(".")))
    return distributions.uniform;
  const message =
    "only whole numbers are drawn, because min and max are whole; say distribution: int or uniform";
  if (min < max) report.warn({ path, at: "key", message });
  return distributions.int;
}

function scaleFits(report: Report, { name, min, max, distribution }: Range): boolean {
  if (distribution.scale === "linear" || min > 0) return true;
  const example = `${shortNumber(Math.exp(min))} and max: ${shortNumber(Math.exp(max))}`;
  const exponents =
    min < 0 || areExponents(report, name, min, max)
      ? `; min and max are values here, not exponents: for e^${min} to e^${max} write min: ${example}`
      : "";
  report.error({
    path: ["parameters", name, "min"],
    message: `found ${quoted(min)}, but a logarithmic range cannot touch 0${exponents}`,
    allowed: "a number above 0",
  });
  return false;
}

/** Could the ends be exponents, the range between their powers be worth a logarithmic scale, and both be legal? */
function areExponents(report: Report, name: string, min: number, max: number): boolean {
  const schema = report.searchable.schemaOf(name);
  const { min: least, max: most } = numberBounds(schema);
  return max - min > Math.LN2 && Math.exp(max) <= most && Math.exp(min) >= least;
}

/** W&B's distributions of the same name take exponents. */
const ofExponents: ReadonlySet<string> = new Set(["log_uniform", "q_log_uniform"]);

function warnOfExponents(report: Report, name: string, { min, max, distribution }: RangeSpec): void {
  if (distribution === undefined || !ofExponents.has(distribution)) return;
  // A logarithmic scale within one decade above 1 is rarely worth it, and is what exponents look like.
  if (min < 1 || max / min > 10) return;
  if (!areExponents(report, name, min, max)) return;
  const powers = `${shortNumber(Math.exp(min))} to ${shortNumber(Math.exp(max))}`;
  report.warn({
    path: ["parameters", name, "distribution"],
    message: `this draws from ${min} to ${max}; in W&B ${distribution} takes exponents, and would draw from ${powers}; write ${distribution}_values if you mean the first`,
  });
}

function kindFits(report: Report, { name, min, max, step, stepKey, distribution }: Range): boolean {
  const path = ["parameters", name];
  if (distribution.stepped && step === undefined) {
    report.error({ path, at: "key", message: "this distribution needs a step (or q)" });
    return false;
  }
  if (distribution.kind === "int") {
    const ends = Object.entries({ min, max, [stepKey]: step ?? 1 }).filter(
      ([, value]) => !Number.isInteger(value),
    );
    for (const [key, value] of ends) {
      report.error({ path: [...path, key], message: `found ${quoted(value)}`, allowed: "a whole number" });
    }
    return ends.length === 0;
  }
  if (!onlyWhole(report, name) || Number.isInteger(step)) return true;
  report.error({
    path: [...path, "distribution"],
    message: `${name} takes whole numbers only`,
    allowed: "int, log_int, or a whole step",
  });
  return false;
}

/** The last step must arrive at `max`, give or take rounding. */
function stepFits(report: Report, { name, min, max, step }: Range): boolean {
  if (step === undefined) return true;
  const steps = (max - min) / step;
  if (Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, steps)) return true;
  const below = min + Math.floor(steps) * step;
  report.error({
    path: ["parameters", name, "max"],
    message: `steps of ${quoted(step)} from ${quoted(min)} do not arrive at ${quoted(max)}`,
    allowed: `${shortNumber(below)}, ${shortNumber(below + step)}, …`,
  });
  return false;
}

function domainOf(report: Report, { name, min, max, step, distribution: { kind, scale } }: Range): Domain {
  if (kind === "int" || onlyWhole(report, name)) return { kind: "int", min, max, scale, step: step ?? 1 };
  return { kind: "float", min, max, scale, ...(step === undefined ? {} : { step }) };
}

function onlyWhole(report: Report, name: string): boolean {
  return takesOnlyWholeNumbers(report.searchable.schemaOf(name));
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
