import { allowedValues } from "../config/allowed.ts";
import { isMapping } from "../config/check.ts";
import { paramValueSchema } from "../config/param-value.ts";
import { settingSchema } from "../config/parameter-specs.ts";
import { ourValue } from "../config/words/values.ts";

/** An entry of `parameters:` as seqtune writes it, and what people should know of the change. */
export type Translated =
  | {
      readonly ok: true;
      readonly spec: Readonly<Record<string, unknown>>;
      readonly changes: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/** What values a parameter may have here, and what theirs are called. */
export interface Values {
  readonly name: string;
  readonly ours: (value: string) => string;
  readonly isLegal: (value: unknown) => boolean;
}

export function ofSetting(name: string): Values {
  const schema = settingSchema(name);
  const allowed = allowedValues(schema);
  return {
    name,
    ours: (value) => ourValue(value, allowed) ?? value,
    isLegal: (value) => schema.safeParse(value).success,
  };
}

/** Of a program: it knows its own words. */
export function ofProgram(name: string): Values {
  return { name, ours: (value) => value, isLegal: (value) => paramValueSchema.safeParse(value).success };
}

/** W&B's entry for a parameter (docs.wandb.ai, sweep configuration, parameters). */
export function translateParameter(given: unknown, of: Values): Translated {
  if (!isMapping(given)) return { ok: false, reason: "it is no mapping" };
  if ("value" in given) return listed(of, "value", [given["value"]], given);
  const values = given["values"];
  if (Array.isArray(values)) return listed(of, "values", values, given);
  return range(given);
}

function listed(
  { name, ours: called, isLegal }: Values,
  key: "value" | "values",
  values: readonly unknown[],
  { probabilities }: Readonly<Record<string, unknown>>,
): Translated {
  const ours = values.map((value) => (typeof value === "string" ? called(value) : value));
  const changes = values.flatMap((value, index) =>
    value === ours[index] ? [] : [`${String(value)} is ${String(ours[index])} here`],
  );
  const legal = ours.filter(isLegal);
  const unknown = ours.filter((value) => !legal.includes(value)).map((value) => JSON.stringify(value));
  if (unknown.length > 0 && (legal.length === 0 || probabilities !== undefined)) {
    return { ok: false, reason: `${name} cannot be ${unknown.join(", ")}` };
  }
  if (unknown.length > 0) changes.push(`without ${unknown.join(", ")}, which ${name} cannot be`);
  const weights = Array.isArray(probabilities) ? { probabilities } : {};
  return { ok: true, spec: key === "value" ? { value: legal[0] } : { values: legal, ...weights }, changes };
}

function range(given: Readonly<Record<string, unknown>>): Translated {
  const { min, max, mu = 0, sigma = 1, q = 1 } = given;
  const areWhole = Number.isInteger(min) && Number.isInteger(max);
  const said = given["distribution"];
  const distribution = typeof said === "string" ? said : areWhole ? "int_uniform" : "uniform";
  const step = typeof given["step"] === "number" ? given["step"] : undefined;
  const ends = Object.fromEntries(Object.entries({ min, max }).filter(([, end]) => end !== undefined));
  switch (distribution) {
    case "uniform":
    case "log_uniform_values":
    case "int_uniform":
    case "log_int":
      return ranged(distribution.replace("int_uniform", "int"), Number(min), Number(max), step);
    case "log_uniform":
    case "q_log_uniform":
    case "q_log_uniform_values":
    case "q_uniform":
      return stepped(distribution, Number(min), Number(max), Number(q));
    case "normal":
    case "log_normal":
      return { ok: true, spec: { distribution, mu, sigma, ...ends }, changes: [] };
    case "q_normal":
    case "q_log_normal":
      return { ok: true, spec: { distribution, mu, sigma, q, ...ends }, changes: [] };
    default:
      return { ok: false, reason: `the distribution ${distribution} is not supported` };
  }
}

/** Steps from `min`, the last of which arrives at `max` here. */
function ranged(distribution: string, min: number, max: number, step: number | undefined): Translated {
  if (step === undefined || !(step > 0)) return { ok: true, spec: { min, max, distribution }, changes: [] };
  const last = short(min + Math.floor(short((max - min) / step)) * step);
  const changes = last === max ? [] : [`steps of ${step} from ${min} end at ${last}, not at ${max}`];
  return { ok: true, spec: { min, max: last, distribution, step }, changes };
}

/** Exponents become values, and steps begin at a multiple of `q`, as rounding to multiples does. */
function stepped(distribution: string, min: number, max: number, q: number): Translated {
  const isExponent = distribution.endsWith("log_uniform");
  const [low, high] = isExponent ? [Math.exp(min), Math.exp(max)] : [min, max];
  const changes = isExponent ? [`the exponents ${min} and ${max} are written as values`] : [];
  const ours = isExponent ? `${distribution}_values` : distribution;
  if (!distribution.startsWith("q_")) {
    return { ok: true, spec: { min: short(low), max: short(high), distribution: ours }, changes };
  }
  const first = Math.max(Math.round(low / q), distribution === "q_uniform" ? -Infinity : 1);
  const spec = { min: short(first * q), max: short(Math.round(high / q) * q), distribution: ours, step: q };
  return { ok: true, spec, changes };
}

function short(value: number): number {
  return Number(value.toPrecision(12));
}
