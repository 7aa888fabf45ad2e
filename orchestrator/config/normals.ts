import type { Domain } from "../../search/space.ts";
import { allowedAt, numberBounds, takesOnlyWholeNumbers } from "./allowed.ts";
import { quoted } from "./check.ts";
import { normalNames } from "./distributions.ts";
import type { NormalSpec } from "./parameter-specs.ts";
import type { Report } from "./report.ts";

/** Beyond this many deviations nothing is drawn: one value in two million would lie there. */
const reach = 5;

/**
 * The range of `{distribution: normal, mu, sigma}` and its relatives: mu ± 5 sigma, cut to what the setting can be and to
 * `min` and `max`; undefined after an error is reported. With `q` the values are its multiples, as in W&B.
 */
export function normalDomain(report: Report, name: string, spec: NormalSpec): Domain | undefined {
  const { mu, sigma, distribution } = spec;
  const schema = report.searchable.schemaOf(name);
  const isWhole = takesOnlyWholeNumbers(schema);
  const step = spec.step ?? spec.q ?? (isWhole ? 1 : undefined);
  const scale = distribution.includes("log") ? "log" : "linear";
  const path = ["parameters", name];
  if (distribution.startsWith("q_") && step === undefined) {
    report.error({ path, at: "key", message: "this distribution needs a q (or step)" });
    return undefined;
  }
  const place = (deviations: number): number => {
    const at = mu + deviations * sigma;
    return scale === "log" ? Math.exp(at) : at;
  };
  const legal = numberBounds(schema);
  const low = Math.max(place(-reach), legal.min, spec.min ?? -Infinity);
  const high = Math.min(place(reach), legal.max, spec.max ?? Infinity);
  const [min, max] =
    step === undefined ? [low, high] : [multiple(low, step, Math.ceil), multiple(high, step, Math.floor)];
  if (!(min <= max)) {
    const message = `mu ${quoted(mu)} and sigma ${quoted(sigma)} lie outside what ${name} can be here`;
    report.error({ path, at: "key", message, allowed: allowedAt(schema, []) });
    return undefined;
  }
  if (schema.safeParse(min).success && schema.safeParse(max).success) {
    if (min === max) return { kind: "constant", value: min };
    const range = { min, max, scale, normal: { mu, sigma } } as const;
    if (isWhole) return { kind: "int", ...range, step: step ?? 1 };
    return { kind: "float", ...range, ...(step === undefined ? {} : { step }) };
  }
  const bad = schema.safeParse(min).success ? "max" : "min";
  report.error({
    path,
    at: "key",
    message: `a normal distribution around ${quoted(mu)} reaches ${quoted(bad === "min" ? min : max)}, which ${name} cannot be`,
    allowed: `a ${bad} beside mu and sigma, where it is cut off`,
  });
  return undefined;
}

function multiple(value: number, step: number, round: (value: number) => number): number {
  return Number((round(Number((value / step).toPrecision(12))) * step).toPrecision(12));
}

/** Does an entry of `parameters:` ask for a normal distribution? */
export function isNormalSpec(spec: Readonly<Record<string, unknown>>): boolean {
  return "mu" in spec || "sigma" in spec || normalNames.some((name) => name === spec["distribution"]);
}

/** `probabilities:` beside `values:`; true unless an error was reported. */
export function probabilitiesFit(
  report: Report,
  name: string,
  values: readonly unknown[],
  probabilities: readonly number[],
): boolean {
  const path = ["parameters", name, "probabilities"];
  if (probabilities.length !== values.length) {
    const message = `there are ${probabilities.length} probabilities for ${values.length} values; give one for each`;
    report.error({ path, at: "key", message });
    return false;
  }
  const sum = probabilities.reduce((total, each) => total + each, 0);
  if (Math.abs(sum - 1) <= 1e-6) return true;
  report.error({
    path,
    at: "key",
    message: `the probabilities sum to ${Number(sum.toPrecision(6))}, not to 1`,
  });
  return false;
}
