import type { z } from "zod";
import { allowedAt, keysAt } from "./allowed.ts";
import { explainUnknownKey } from "./names.ts";
import type { KeyPath } from "./plain-value.ts";
import type { Finding, Report } from "./report.ts";
import { explainUnknownValue } from "./words/values.ts";

/** The value as the schema reads it, or undefined after every way in which it breaks the schema is reported. */
export function check<T>(report: Report, schema: z.ZodType<T>, value: unknown, path: KeyPath): T | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const finding of findings(schema, value, result.error, path)) report.error(finding);
  return undefined;
}

/** The ways in which a value breaks a schema, in the words of a sweep file's errors. `at`: where the value stands. */
export function findings(
  schema: z.ZodType,
  value: unknown,
  error: z.ZodError,
  at: KeyPath = [],
): readonly Finding[] {
  return error.issues.flatMap(nearestBranch).flatMap((issue) => findingsOf(schema, value, issue, at));
}

/** One of them as a sentence, for a value that stands in no file: `found "abc"; allowed: a whole number`. */
export function sentenceOf({ message, allowed }: Finding): string {
  return allowed === undefined ? message : `${message}; allowed: ${allowed}`;
}

/** A value as it is quoted in a sentence. */
export function quoted(value: unknown): string {
  if (typeof value === "number") return yamlNumber(value);
  if (Array.isArray(value)) return shortened(`[${value.map(quoted).join(", ")}]`);
  if (isMapping(value)) return shortened(`a mapping of ${Object.keys(value).join(", ") || "nothing"}`);
  return shortened(JSON.stringify(value));
}

/** What stands in the file, as a sentence begins. A key without a value has null. */
export function found(value: unknown): string {
  return `found ${value === null ? "nothing" : quoted(value)}`;
}

/** A mapping of keys to values, or undefined after it is reported that something else stands there. */
export function checkMapping(
  report: Report,
  value: unknown,
  path: KeyPath,
  allowed: string,
): Readonly<Record<string, unknown>> | undefined {
  if (isMapping(value)) return value;
  if (value === undefined) report.error({ path, at: "key", message: "this key is missing", allowed });
  else report.error({ path, message: found(value), allowed });
  return undefined;
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function findingsOf(schema: z.ZodType, value: unknown, issue: z.core.$ZodIssue, at: KeyPath): Finding[] {
  const inside = keyPath(issue.path);
  const path = [...at, ...inside];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownKey([...path, key], keysAt(schema, inside)));
  if (issue.code === "custom") return [{ path, message: issue.message }];
  const given = valueAt(value, inside);
  const missing = given === undefined;
  return [
    {
      path,
      at: missing ? "key" : "value",
      message: missing
        ? "this key is missing"
        : found(given) + nearHint(issue, given, keysAt(schema, inside)),
      allowed: allowedAt(schema, inside),
    },
  ];
}

function nearHint(issue: z.core.$ZodIssue, given: unknown, keys: readonly string[]): string {
  if (issue.code === "invalid_type") return kindHint(issue.expected, given, keys);
  if (issue.code !== "invalid_value" || typeof given !== "string") return "";
  const hint = explainUnknownValue(given, issue.values.map(String));
  return hint === undefined ? "" : `; ${hint}`;
}

/** How the value is written as what is expected, where only its form is another. `keys`: those of the mapping that is expected. */
function kindHint(expected: string, given: unknown, keys: readonly string[]): string {
  if (expected === "string" && (typeof given === "number" || typeof given === "boolean")) {
    return `; a text that looks like a ${typeof given === "number" ? "number" : "truth value"} needs quotes around it`;
  }
  if (typeof given !== "string") return "";
  if (expected === "array") return `; write a list: [${given}]`;
  if (expected === "object" && keys[0] === "name") return `; write {name: ${given}}`;
  return "";
}

/** An unknown key, with what it probably means, or else the keys that could stand there. */
export function reportUnknownKey(report: Report, path: KeyPath, allowed: readonly string[]): void {
  report.error(unknownKey(path, allowed));
}

function unknownKey(path: KeyPath, allowed: readonly string[]): Finding {
  const hint = explainUnknownKey(path, allowed);
  return {
    path,
    at: "key",
    message: `there is no such key${hint === undefined ? "" : `; ${hint}`}`,
    allowed: hint === undefined ? [...new Set(allowed)].join(", ") : undefined,
  };
}

/**
 * When none of a union's branches fits, the one that was probably meant: the only one of the right kind, or else
 * the one with the fewest issues. Without one of the right kind the union's own issue is kept.
 */
function nearestBranch(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const fitting = issue.errors.filter(
    (issues) => !issues.some((inner) => inner.path.length === 0 && isKind(inner)),
  );
  const [best] = [...fitting].sort((a, b) => a.length - b.length);
  if (best === undefined) return [issue];
  return best.flatMap(nearestBranch).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** Does the issue say that the value is of another kind altogether? */
function isKind({ code }: z.core.$ZodIssue): boolean {
  return code === "invalid_type" || code === "invalid_value" || code === "invalid_union";
}

function keyPath(path: readonly PropertyKey[]): KeyPath {
  return path.map((key) => (typeof key === "number" ? key : String(key)));
}

function valueAt(value: unknown, path: KeyPath): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Object.getOwnPropertyDescriptor(found, key)?.value;
  }
  return found;
}

function yamlNumber(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? ".inf" : "-.inf";
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
