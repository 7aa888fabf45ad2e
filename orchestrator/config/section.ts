import path from "node:path";
import type { z } from "zod";
import { check, isMapping, reportUnknownKey } from "./check.ts";
import type { Report } from "./report.ts";
import { budgetSchema, knownSchema } from "./sections.ts";
import type { Sweep } from "./sweep.ts";

export type Mapping = Readonly<Record<string, unknown>>;

/** A section as its schema reads it; `absent` stands for one that is not in the file. */
export function section<T>(
  report: Report,
  schema: z.ZodType<T>,
  top: Mapping,
  key: string,
  absent: unknown,
): T | undefined {
  return check(report, schema, top[key] === undefined ? absent : top[key], [key]);
}

/** As `section`, for a key that has no default. */
export function readOptional<T>(
  report: Report,
  schema: z.ZodType<T>,
  top: Mapping,
  key: string,
): T | undefined {
  return key in top ? section(report, schema, top, key, null) : undefined;
}

export function readKnown(report: Report, top: Mapping, file: string): Sweep["known"] {
  const given = top["known"];
  if (isMapping(given) && "csv" in given === "study" in given) {
    const message = "csv" in given ? "found csv and study" : "neither csv nor study is given";
    const allowed = "one of the two, csv: a CSV file, or study: another study of the same database";
    report.error({ path: ["known"], at: "key", message, allowed });
    const keys = ["csv", "study"];
    for (const key of Object.keys(given).filter((name) => !keys.includes(name)))
      reportUnknownKey(report, ["known", key], keys);
    return undefined;
  }
  const read = readOptional(report, knownSchema, top, "known");
  return read !== undefined && "csv" in read ? { csv: path.resolve(path.dirname(file), read.csv) } : read;
}

export function readBudget(
  report: Report,
  top: Mapping,
  schema: z.ZodType<z.infer<typeof budgetSchema>> = budgetSchema,
): Sweep["budget"] | undefined {
  const read = section(report, schema, top, "budget", {});
  if (read === undefined) return undefined;
  const { trials, epochs, wall_time, target } = read;
  return {
    epochs,
    ...(trials === undefined ? {} : { trials }),
    ...(wall_time === undefined ? {} : { wallTimeMs: wall_time }),
    ...(target === undefined ? {} : { target }),
  };
}

/** The file's name without its ending, as far as a study may be called so. */
export function nameFrom(file: string): string {
  const base = path.basename(file).replace(/\.ya?ml$/i, "");
  return (
    base
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 80) || "sweep"
  );
}

export type Whole<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The parts that are there. */
export function given<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as typeof parts &
    object;
}

/** The parts when none is missing. */
export function whole<T extends object>(parts: T): Whole<T> | undefined {
  return Object.values(parts).includes(undefined) ? undefined : (parts as Whole<T>);
}
