import { isMapping } from "../config/check.ts";
import type { Mapping } from "./foreign.ts";

/** A file of another tool as it is read: what was never asked for can be named at the end, so that nothing is lost in silence. */
export interface Reading {
  /** The value at a path; undefined where there is none. */
  at(...path: string[]): unknown;
  /** The number at a path, which may be written as a text. */
  number(...path: string[]): number | undefined;
  text(...path: string[]): string | undefined;
  /** The largest parts of which nothing was asked for, by their path. */
  left(): readonly (readonly [path: string, value: unknown])[];
}

export function readingOf(file: Mapping): Reading {
  const asked: string[][] = [];
  const at = (...path: string[]): unknown => {
    asked.push(path);
    return path.reduce<unknown>((value, key) => (isMapping(value) ? value[key] : undefined), file);
  };
  return {
    at,
    number(...path) {
      const value = at(...path);
      const isText = typeof value === "string" && value.trim() !== "";
      const number = isText ? Number(value) : value;
      return typeof number === "number" && Number.isFinite(number) ? number : undefined;
    },
    text(...path) {
      const value = at(...path);
      return typeof value === "string" ? value : undefined;
    },
    left: () => unasked(file, [], asked),
  };
}

function unasked(part: Mapping, path: readonly string[], asked: readonly string[][]): [string, unknown][] {
  return Object.entries(part).flatMap(([key, value]): [string, unknown][] => {
    const here = [...path, key];
    const below = asked.filter((one) => here.every((step, depth) => one[depth] === step));
    if (below.some((one) => one.length === here.length)) return [];
    if (below.length > 0 && isMapping(value)) return unasked(value, here, asked);
    return [[here.join("."), value]];
  });
}
