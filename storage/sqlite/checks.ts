import type { ParamValue, Params } from "../../search/space.ts";
import type { StudyBaseline, StudyRequest, ComparisonRow } from "../store.ts";
import type { Check } from "./json.ts";

/*
 * What may stand in a JSON column. By hand rather than by a schema library: a curve of a large study is hundreds of
 * thousands of small objects, and a leaderboard starts without loading such a library.
 */

export const isAnything = (_value: unknown): _value is unknown => true;

const isNumber = (value: unknown): value is number => typeof value === "number";
const isText = (value: unknown): value is string => typeof value === "string";

export const isTexts: Check<Readonly<Record<string, string>>> = mapOf(isText);
export const isNumbers: Check<Readonly<Record<string, number>>> = mapOf(isNumber);
export const isNumbersByName: Check<Readonly<Record<string, Readonly<Record<string, number>>>>> =
  mapOf(isNumbers);
export const isParams: Check<Params> = mapOf(isParamValue);

export const isBaselines: Check<readonly StudyBaseline[]> = listOf(
  (value): value is StudyBaseline =>
    isObject(value) &&
    isText(value["name"]) &&
    isNumberOrNull(value["value"]) &&
    typeof value["naive"] === "boolean",
);

const comparisonKinds: ReadonlySet<unknown> = new Set<ComparisonRow["kind"]>([
  "squared",
  "absolute",
  "wrong",
]);

export const isComparisons: Check<readonly ComparisonRow[]> = listOf(
  (value): value is ComparisonRow =>
    isObject(value) &&
    isText(value["baseline"]) &&
    typeof value["naive"] === "boolean" &&
    comparisonKinds.has(value["kind"]) &&
    isNumber(value["own"]) &&
    isNumber(value["other"]) &&
    isNumberOrNull(value["error"]) &&
    isNumber(value["blocks"]),
);

export const isRequest: Check<StudyRequest> = (value): value is StudyRequest =>
  isObject(value) &&
  (value["kind"] === "invalid"
    ? isNumber(value["trial"]) && isText(value["reason"])
    : value["kind"] === "enqueue" && isParams(value["params"]));

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || isNumber(value);
}

function isParamValue(value: unknown): value is ParamValue {
  if (Array.isArray(value)) return value.every(isNumber) || value.every(isText);
  return value === null || isText(value) || isNumber(value) || typeof value === "boolean";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapOf<T>(check: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> => {
    if (!isObject(value)) return false;
    for (const key in value) if (!check(value[key])) return false;
    return true;
  };
}

function listOf<T>(check: Check<T>): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(check);
}
