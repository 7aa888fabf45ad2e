import { parse } from "yaml";
import { z } from "zod";
import { ContinuousParameterError } from "../../search/domain.ts";
import { SettingError } from "../../search/settings.ts";
import { findings, sentenceOf } from "../config/check.ts";
import { rulesForGoals } from "../config/goals-meaning.ts";
import { methods } from "../config/methods.ts";
import { pruners } from "../config/pruners.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { searchOf } from "../run/search-of.ts";

/** A sweep as it might be searched. */
export interface Strategy {
  readonly name: string;
  readonly sweep: Sweep;
}

/**
 * Reads `median,tpe+asha,none,{type: asha, eta: 3}`: names of search methods and of rules of early termination, with
 * default settings or as they stand in a sweep file, joined by +. `sweep`: the sweep as it is; `none`: without
 * early termination. What is not named stays as the sweep has it. Throws `UserError`.
 */
export function readStrategies(text: string, sweep: Sweep): readonly Strategy[] {
  return splitOutside(text, ",").map((name) => {
    const parts = splitOutside(name, "+").map(readPart);
    checkParts(name, parts);
    const method = parts.find((part) => part.kind === "method")?.method ?? sweep.method;
    const strategy = { ...sweep, method, earlyTerminate: rulesOf(parts, sweep) };
    checkSearch(name, strategy);
    return { name, sweep: strategy };
  });
}

/** What stands between two +. */
type Part =
  | { readonly kind: "sweep" }
  | { readonly kind: "none" }
  | { readonly kind: "method"; readonly method: Sweep["method"] }
  | { readonly kind: "rule"; readonly rule: Sweep["earlyTerminate"][number] };

/** Range tests train nothing that could be compared. */
const searches = Object.fromEntries(Object.entries(methods).filter(([name]) => name !== "lr_range"));

function readPart(part: string): Part {
  const given = part.startsWith("{") ? readMapping(part) : part;
  if (given === "sweep" || given === "none") return { kind: given };
  const name = typeof given === "string" ? given : given["name"];
  if (typeof name === "string" && Object.hasOwn(searches, name)) {
    const settings = read(part, searches[name]!.settings, typeof given === "string" ? { name } : given);
    return { kind: "method", method: { ...settings, name } };
  }
  const type = typeof given === "string" ? given : given["type"];
  if (typeof type === "string" && Object.hasOwn(pruners, type)) {
    const settings = read(part, pruners[type]!.settings, typeof given === "string" ? { type } : given);
    return { kind: "rule", rule: { ...settings, type } };
  }
  const rules = Object.entries(pruners).map(([rule, { settings }]) => asWritten(rule, settings));
  const allowed = ["sweep", "none", ...Object.keys(searches), ...rules].join(", ");
  throw new UserError(
    `cannot compare "${part}"; allowed: ${allowed}, or one with settings: {type: asha, eta: 3}`,
  );
}

/** The name of a rule alone where all its settings have defaults, else with those that have none. */
function asWritten(type: string, schema: z.ZodObject): string {
  const { error } = schema.safeParse({ type });
  const missing = error?.issues.map(({ path }) => `${path.join(".")}: …`) ?? [];
  return missing.length === 0 ? type : `{type: ${type}, ${missing.join(", ")}}`;
}

/** Parts of which one would undo another. */
function checkParts(name: string, parts: readonly Part[]): void {
  const [first, second] = parts.flatMap((part) => (part.kind === "method" ? [part.method.name] : []));
  if (second !== undefined)
    throw new UserError(
      `cannot compare "${name}": ${first} and ${second} are both methods of search; keep one`,
    );
  if (
    parts.some(({ kind }) => kind === "none") &&
    parts.some(({ kind }) => kind === "rule" || kind === "sweep")
  )
    throw new UserError(
      `cannot compare "${name}": none is without early termination, and the rest names some; keep one of them`,
    );
}

function rulesOf(parts: readonly Part[], sweep: Sweep): Sweep["earlyTerminate"] {
  const rules = parts.flatMap((part) => (part.kind === "rule" ? [part.rule] : []));
  const kinds = new Set(parts.map(({ kind }) => kind));
  if (kinds.has("none")) return [];
  return kinds.has("sweep") || rules.length === 0 ? [...sweep.earlyTerminate, ...rules] : rules;
}

function readMapping(text: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(parse(text));
  } catch (cause) {
    throw new UserError(`cannot read "${text}"; write it as in a sweep file: {type: asha, eta: 3}`, {
      cause,
    });
  }
}

function read(part: string, schema: z.ZodObject, value: unknown): Readonly<Record<string, unknown>> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [finding] = findings(schema, value, read.error);
  if (finding === undefined) throw read.error;
  const isBare = !part.startsWith("{");
  const example = isBare ? `; write ${asWritten(part, schema)}` : "";
  throw new UserError(
    `cannot compare "${part}": ${finding.path.join(".")}: ${sentenceOf(finding)}${example}`,
  );
}

/** Settings that do not fit the budget or the space are reported before the first study is played. */
function checkSearch(name: string, sweep: Sweep): void {
  const unfit = sweep.earlyTerminate.find(
    ({ type }) => sweep.goals !== undefined && !rulesForGoals.has(type),
  );
  if (unfit !== undefined) {
    throw new UserError(
      `cannot compare "${name}": ${unfit.type} compares trials by one metric, and this sweep is judged by several metrics or constraints; ` +
        `allowed: ${[...rulesForGoals].join(", ")}`,
    );
  }
  const schedulers = sweep.earlyTerminate.filter(({ type, mode }) => type === "thaw" || mode === "promote");
  if (schedulers.length > 1) {
    const types = schedulers.map(({ type }) => type).join(" and ");
    throw new UserError(`cannot compare "${name}": ${types} both decide which paused trial continues`);
  }
  try {
    searchOf(sweep);
  } catch (cause) {
    if (!(cause instanceof SettingError || cause instanceof ContinuousParameterError)) throw cause;
    throw new UserError(`cannot compare "${name}": ${cause.message}`, { cause });
  }
}

/** Parts between separators that are not inside braces. */
function splitOutside(text: string, separator: "," | "+"): string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const letter of text) {
    if (letter === "{" || letter === "[") depth += 1;
    if (letter === "}" || letter === "]") depth -= 1;
    if (letter === separator && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}
