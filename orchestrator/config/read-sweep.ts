import path from "node:path";
import type { z } from "zod";
import { check, checkMapping, isMapping, reportUnknownKey } from "./check.ts";
import { orderedSpace } from "./conditions.ts";
import { warnOfNoEffect } from "./effects.ts";
import { readFixed } from "./fixed.ts";
import { labSchema } from "./lab.ts";
import { checkLegality } from "./legality.ts";
import { checkMeaning } from "./meaning.ts";
import { asRangeStudy } from "./range-study.ts";
import { readMethod, readRules } from "./named-settings.ts";
import { readEnqueue } from "./read-enqueue.ts";
import { readMetric } from "./read-metric.ts";
import { readParameters } from "./parameters.ts";
import type { Report } from "./report.ts";
import {
  budgetSchema,
  descriptionSchema,
  knownSchema,
  nameSchema,
  repeatsSchema,
  seedSchema,
  sweepKeys,
  workersSchema,
} from "./sections.ts";
import type { Sweep } from "./sweep.ts";

type Mapping = Readonly<Record<string, unknown>>;

/** The sweep that a file's plain values describe, or undefined when `report` has errors. `file`: absolute path. */
export function readSweep(report: Report, value: unknown, file: string, source: string): Sweep | undefined {
  const top = checkMapping(report, value, [], `a mapping of ${sweepKeys.join(", ")}`);
  if (top === undefined) return undefined;
  const unknown = Object.keys(top).filter((key) => !sweepKeys.includes(key));
  for (const key of unknown) reportUnknownKey(report, [key], sweepKeys);

  const drafts = readParameters(report, top["parameters"]);
  const fixed = readFixed(report, top, drafts);
  const space = orderedSpace(report, drafts, (name) => isFixed(top, name));
  const sections = {
    name: section(report, nameSchema, top, "name", nameFrom(file)),
    description: section(report, descriptionSchema, top, "description", ""),
    seed: section(report, seedSchema, top, "seed", 1),
    method: readMethod(report, top["method"] === undefined ? "random" : top["method"]),
    metric: readMetric(report, top["metric"], fixed?.data.task),
    space,
    data: fixed && {
      file: path.resolve(path.dirname(file), fixed.file),
      settings: fixed.data,
      ...(fixed.auto.length > 0 && { auto: [...fixed.auto] }),
    },
    model: fixed?.model,
    budget: readBudget(report, top),
    workers: section(report, workersSchema, top, "workers", {}),
    lab: section(report, labSchema, top, "lab", {}),
    earlyTerminate: readRules(report, "early_terminate" in top ? top["early_terminate"] : []),
    enqueue: readEnqueue(report, "enqueue" in top ? top["enqueue"] : [], space),
    knownResults: [],
    source,
    file,
  };
  const optional = {
    known: readKnown(report, top, file),
    repeats: readOptional(report, repeatsSchema, top, "repeats"),
    rangeTest: drafts.find((draft) => draft.rangeTest !== undefined)?.rangeTest,
  };
  checkMeaning(report, { ...sections, ...optional, drafts });
  const required = whole(sections);
  if (required === undefined || report.errors.length > 0) return undefined;
  const sweep = asRangeStudy(report, top, { ...required, ...given(optional) });
  warnOfNoEffect(report, sweep, top);
  checkLegality(report, sweep);
  return report.errors.length === 0 ? sweep : undefined;
}

/** A section as its schema reads it; `absent` stands for one that is not in the file. */
function section<T>(
  report: Report,
  schema: z.ZodType<T>,
  top: Mapping,
  key: string,
  absent: unknown,
): T | undefined {
  return check(report, schema, top[key] === undefined ? absent : top[key], [key]);
}

/** As `section`, for a key that has no default. */
function readOptional<T>(report: Report, schema: z.ZodType<T>, top: Mapping, key: string): T | undefined {
  return key in top ? section(report, schema, top, key, null) : undefined;
}

function readKnown(report: Report, top: Mapping, file: string): Sweep["known"] {
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

function readBudget(report: Report, top: Mapping): Sweep["budget"] | undefined {
  const read = section(report, budgetSchema, top, "budget", {});
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
function nameFrom(file: string): string {
  const base = path.basename(file).replace(/\.ya?ml$/i, "");
  return (
    base
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 80) || "sweep"
  );
}

function isFixed(top: Mapping, name: string): boolean {
  return [top["model"], top["data"]].some((given) => isMapping(given) && Object.hasOwn(given, name));
}

type Whole<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The parts that are there. */
function given<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as typeof parts &
    object;
}

/** The parts when none is missing. */
function whole<T extends object>(parts: T): Whole<T> | undefined {
  return Object.values(parts).includes(undefined) ? undefined : (parts as Whole<T>);
}
