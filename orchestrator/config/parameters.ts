import type { z } from "zod";
import type { Condition, Domain, ParamValue } from "../../search/space.ts";
import { sameValue } from "../../search/space.ts";
import { searchableSettings } from "../../worker/protocol/settings.ts";
import { unsearchableDataSettings } from "../../worker/protocol/data-settings.ts";
import { check, checkMapping, found, isMapping, quoted, reportUnknownKey } from "./check.ts";
import {
  choiceSpecSchema,
  constantSpecSchema,
  normalSpecSchema,
  rangeSpecSchema,
  specKeys,
} from "./parameter-specs.ts";
import { isNormalSpec, normalDomain, probabilitiesFit } from "./normals.ts";
import type { KeyPath } from "./plain-value.ts";
import { rangeDomain } from "./ranges.ts";
import { isProgramParameter } from "./program.ts";
import { readRangeUse, type RangeUse } from "./range-test.ts";
import type { Report } from "./report.ts";
import { fromCall, fromTyped, isCutCall } from "./words/dialects.ts";
import { oursFor } from "./words/keys.ts";

/** One entry of `parameters:` as far as it could be read: `domain` is undefined after an error. */
export interface DraftParameter {
  readonly name: string;
  readonly domain: Domain | undefined;
  readonly when: readonly Condition[];
  /** Narrowed by range tests; learning_rate only. */
  readonly rangeTest?: RangeUse;
}

const specWords = "{value: …}, {values: […]} or {min: …, max: …}";

/** Every parameter with a known name, in the order of the file. */
export function readParameters(report: Report, section: unknown): DraftParameter[] {
  const path = ["parameters"];
  if (Array.isArray(section)) {
    const message = "found a list; write each under its own name, as in hidden: {min: 8, max: 64}";
    report.error({ path, message, allowed: "a mapping of names to what is searched" });
    return [];
  }
  const mapping = checkMapping(report, section, path, "a mapping of names to what is searched");
  if (mapping === undefined) return [];
  if (Object.keys(mapping).length === 0) {
    const message = "there is nothing to search; name a setting, as in hidden: {values: [16, 32]}";
    report.error({ path, at: "key", message });
  }
  const hasCut = Object.values(mapping).some(isCutCall);
  return Object.entries(mapping).flatMap(([name, spec]) => {
    const { names } = report.searchable;
    if (hasCut && spec === null) return []; // what stood behind the comma of a call
    if (names === undefined ? isProgramParameter(name) : names.includes(name))
      return [readParameter(report, name, spec)];
    if (isMapping(spec) && isMapping(spec["parameters"])) reportGroup(report, name, spec["parameters"]);
    else if (names === undefined) reportBadName(report, name);
    else reportUnsearchable(report, name);
    return [];
  });
}

function readParameter(report: Report, name: string, spec: unknown): DraftParameter {
  const path = ["parameters", name];
  if (
    name === "learning_rate" &&
    report.searchable.names !== undefined &&
    isMapping(spec) &&
    Object.hasOwn(spec, "range_test")
  )
    return readTestedRate(report, name, spec);
  const none: DraftParameter = { name, domain: undefined, when: [] };
  if (!isMapping(spec)) {
    if (isCutCall(spec)) {
      const message = `${found(spec)}, for between braces a call ends at its comma; quote it, or write {values: [16, 32]}`;
      report.error({ path, message, allowed: specWords });
      return none;
    }
    const ours = typeof spec === "string" ? fromCall(spec) : undefined;
    const example = ours ?? (Array.isArray(spec) ? `{values: ${quoted(spec)}}` : `{value: ${quoted(spec)}}`);
    const hint = spec === null ? "" : `; to search it write ${name}: ${example}`;
    report.error({ path, message: found(spec) + hint, allowed: specWords });
    return none;
  }
  const typed = fromTyped(spec["_type"] ?? spec["type"], spec["_value"] ?? spec["value"]);
  if (typed !== undefined) {
    const message = `this is how another tool writes it; here: ${name}: ${typed}`;
    report.error({ path, at: "key", message, allowed: specWords });
    return none;
  }
  const unknown = Object.keys(spec).filter((key) => !specKeys.includes(key));
  for (const key of unknown) {
    if (key === "parameters") reportNested(report, [...path, key]);
    else reportUnknownKey(report, [...path, key], specKeys);
  }
  return unknown.length > 0 ? none : readSpec(report, name, spec);
}

/** A learning rate with `range_test`, which only a range without steps can have. */
function readTestedRate(
  report: Report,
  name: string,
  { range_test, ...spec }: Readonly<Record<string, unknown>>,
): DraftParameter {
  const path = ["parameters", name, "range_test"];
  const draft = readParameter(report, name, spec);
  const rangeTest = readRangeUse(report, range_test, path);
  if (rangeTest === undefined || draft.domain === undefined) return draft;
  if (draft.domain.kind === "float" && draft.domain.step === undefined) return { ...draft, rangeTest };
  const message = "range tests narrow a range, and this is none";
  report.error({ path, at: "key", message, allowed: "beside min and max, without a step" });
  return draft;
}

function readSpec(report: Report, name: string, spec: Readonly<Record<string, unknown>>): DraftParameter {
  const path = ["parameters", name];
  const isNormal = isNormalSpec(spec);
  const kinds = ["value", "values", isNormal ? "mu" : "min"].filter(
    (key) => key in spec || (key === "min" && "max" in spec) || key === "mu",
  );
  const [kind, other] = kinds;
  if (kind === undefined || other !== undefined) {
    const message =
      kind === undefined ? "nothing to search is named" : `${kind} and ${other} exclude each other`;
    report.error({ path, at: "key", message, allowed: specWords });
    return { name, domain: undefined, when: [] };
  }
  const { domain, when } = readKind(report, name, kind, spec);
  return { name, domain, when: readConditions(when) };
}

function readKind(
  report: Report,
  name: string,
  kind: string,
  spec: Readonly<Record<string, unknown>>,
): { domain: Domain | undefined; when: When } {
  const path = ["parameters", name];
  if (kind === "value") {
    const read = check(report, constantSpecSchema, spec, path);
    const value = read && checkValue(report, name, read.value, [...path, "value"]);
    return { domain: value === undefined ? undefined : { kind: "constant", value }, when: read?.when };
  }
  if (kind === "values") {
    const read = check(report, choiceSpecSchema, spec, path);
    const domain = read && choiceDomain(report, name, read.values);
    const { probabilities } = read ?? {};
    if (domain?.kind !== "categorical" || probabilities === undefined) return { domain, when: read?.when };
    const fits = probabilitiesFit(report, name, domain.values, probabilities);
    return { domain: fits ? { ...domain, probabilities } : undefined, when: read?.when };
  }
  if (kind === "mu") {
    const read = check(report, normalSpecSchema, spec, path);
    return { domain: read && normalDomain(report, name, read), when: read?.when };
  }
  const read = check(report, rangeSpecSchema, spec, path);
  return { domain: read && rangeDomain(report, name, read), when: read?.when };
}

function choiceDomain(report: Report, name: string, values: readonly unknown[]): Domain | undefined {
  const path = ["parameters", name, "values"];
  const legal: ParamValue[] = [];
  for (const [index, value] of values.entries()) {
    const read = checkValue(report, name, value, [...path, index]);
    if (read === undefined) continue;
    if (legal.some((earlier) => sameValue(earlier, read))) {
      report.error({
        path: [...path, index],
        message: `${quoted(value)} is in the list already; remove one`,
      });
    } else legal.push(read);
  }
  return legal.length === values.length ? { kind: "categorical", values: legal } : undefined;
}

/** A value the setting can take and a search can handle (it may be null), or undefined after an error. */
function checkValue(report: Report, name: string, value: unknown, path: KeyPath): ParamValue | undefined {
  if (check(report, report.searchable.schemaOf(name), value, path) === undefined) return undefined;
  if (isParamValue(value)) return value;
  report.error({
    path,
    message: found(value),
    allowed: "in a search: a text, a number, true, false, null, or a list of numbers or of texts",
  });
  return undefined;
}

/** Can a search handle this value? */
export function isParamValue(value: unknown): value is ParamValue {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "number" || typeof value === "string") return true;
  if (!Array.isArray(value)) return false;
  return value.every((item) => typeof item === "number") || value.every((item) => typeof item === "string");
}

type When = z.infer<typeof rangeSpecSchema>["when"];

function readConditions(when: When): Condition[] {
  return Object.entries(when ?? {}).map(([param, allowed]) => ({
    param,
    in: Array.isArray(allowed) ? allowed : [allowed],
  }));
}

function reportUnsearchable(report: Report, name: string): void {
  const path = ["parameters", name];
  if (unsearchableDataSettings.has(name) || name === "file") {
    const message = `${name} cannot be searched: scores of trials that differ in it do not compare; give it one value under data:`;
    report.error({ path, at: "key", message });
  } else reportUnknownKey(report, path, searchableSettings);
}

function reportBadName(report: Report, name: string): void {
  report.error({
    path: ["parameters", name],
    at: "key",
    message: "this cannot be the name of a parameter",
    allowed: "letters, digits, _, - and dots, beginning with a letter or _, at most 60 characters",
  });
}

/** W&B's groups: `model: {parameters: {hidden_size: …}}`. */
function reportGroup(report: Report, name: string, inner: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(inner).map(
    (key) => oursFor(key).find((ours) => searchableSettings.includes(ours)) ?? key,
  );
  const message = `parameters do not nest here; write ${names.join(", ") || "each"} directly under parameters:`;
  report.error({ path: ["parameters", name], at: "key", message });
}

function reportNested(report: Report, path: KeyPath): void {
  const message =
    "parameters do not nest here; list each by its own name, with when: for one that depends on another";
  report.error({ path, at: "key", message });
}
