import type { z } from "zod";
import { check, found, isMapping } from "./check.ts";
import { methods } from "./methods.ts";
import type { KeyPath } from "./plain-value.ts";
import { pruners } from "./pruners.ts";
import type { Report } from "./report.ts";
import type { Sweep } from "./sweep.ts";
import { asBracket, isWandbBracket } from "./words/bracket.ts";
import { explainUnknownValue } from "./words/values.ts";

type Rule = Sweep["earlyTerminate"][number];

/** `method: random`, or `method: {name: random, …}`. */
export function readMethod(report: Report, value: unknown): Sweep["method"] | undefined {
  const path = ["method"];
  const [given, namePath] = isMapping(value) ? [value, [...path, "name"]] : [{ name: value }, path];
  const entry = entryOf(report, methods, given["name"], namePath);
  const settings = entry && check(report, entry.settings, given, path);
  return settings && { ...settings, name: entry.name };
}

/** One rule `{type: median, …}` or a list of them. */
export function readRules(report: Report, value: unknown): Rule[] | undefined {
  const path = ["early_terminate"];
  if (!Array.isArray(value)) {
    const rule = readRule(report, value, path);
    return rule && [rule];
  }
  const rules = value.map((item: unknown, index) => readRule(report, item, [...path, index]));
  const read = rules.filter((rule) => rule !== undefined);
  return read.length === rules.length ? read : undefined;
}

function readRule(report: Report, value: unknown, path: KeyPath): Rule | undefined {
  if (!isMapping(value)) {
    const example = Object.hasOwn(pruners, String(value)) ? `; write {type: ${String(value)}}` : "";
    const allowed = "a rule {type: …}, or a list of rules";
    report.error({ path, message: found(value) + example, allowed });
    return undefined;
  }
  if (isWandbBracket(value)) {
    const { type, mode, min_epochs, eta } = asBracket(value);
    const message = `this is W&B's hyperband, one bracket that stops; here that is {type: ${type}, mode: ${mode}, min_epochs: ${min_epochs}, eta: ${eta}}`;
    report.error({ path, at: "key", message: message + budgetHint(value) });
    return undefined;
  }
  const entry = entryOf(report, pruners, value["type"], [...path, "type"]);
  const settings = entry && check(report, entry.settings, value, path);
  return settings && { ...settings, type: entry.name };
}

function budgetHint(rule: Readonly<Record<string, unknown>>): string {
  return typeof rule["max_iter"] === "number" ? `, with budget: {epochs: ${rule["max_iter"]}}` : "";
}

/** The entry of a registry that the file names, or undefined after an error. */
function entryOf(
  report: Report,
  registry: Readonly<Record<string, { readonly settings: z.ZodObject }>>,
  value: unknown,
  path: KeyPath,
): { readonly name: string; readonly settings: z.ZodObject } | undefined {
  const names = Object.keys(registry);
  if (typeof value === "string" && Object.hasOwn(registry, value))
    return { name: value, ...registry[value]! };
  const about = typeof value === "string" ? explainUnknownValue(value, names) : undefined;
  const start = value === undefined ? "this key is missing" : found(value);
  const hint = about === undefined ? "" : `; ${about}`;
  report.error({ path, message: start + hint, allowed: names.join(", ") });
  return undefined;
}
