import path from "node:path";
import type { z } from "zod";
import { check, checkMapping, isMapping, reportUnknownKey } from "./check.ts";
import { orderedSpace } from "./conditions.ts";
import { warnOfNoEffect } from "./effects.ts";
import { readFixed } from "./fixed.ts";
import { checkLegality } from "./legality.ts";
import { checkMeaning, goalOf } from "./meaning.ts";
import { readMethod, readRules } from "./named-settings.ts";
import { readParameters, type DraftParameter } from "./parameters.ts";
import type { Report } from "./report.ts";
import {
  budgetSchema,
  descriptionSchema,
  metricSchema,
  nameSchema,
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
  for (const key of Object.keys(top))
    if (!sweepKeys.includes(key)) reportUnknownKey(report, [key], sweepKeys);

  const drafts = readParameters(report, top["parameters"]);
  const space = orderedSpace(report, drafts, (name) => isFixed(top, name));
  const parts = readParts(report, top, file, drafts);
  if (parts === undefined || space === undefined) return undefined;
  const sweep = { ...parts, space, source, file };
  checkMeaning(report, sweep);
  warnOfNoEffect(report, space, isMapping(top["model"]) ? top["model"] : {});
  if (report.errors.length === 0) checkLegality(report, sweep);
  return report.errors.length === 0 ? sweep : undefined;
}

type Parts = Omit<Sweep, "space" | "source" | "file">;

function readParts(
  report: Report,
  top: Mapping,
  file: string,
  drafts: readonly DraftParameter[],
): Parts | undefined {
  const parts = whole({
    name: section(report, nameSchema, top, "name", nameFrom(file)),
    description: section(report, descriptionSchema, top, "description", ""),
    seed: section(report, seedSchema, top, "seed", 1),
    method: readMethod(report, top["method"] === undefined ? "random" : top["method"]),
    metric: readMetric(report, top),
    budget: section(report, budgetSchema, top, "budget", {}),
    workers: section(report, workersSchema, top, "workers", {}),
    earlyTerminate: readRules(report, "early_terminate" in top ? top["early_terminate"] : []),
    fixed: readFixed(report, top, drafts),
  });
  if (parts === undefined) return undefined;
  const { fixed, budget, ...rest } = parts;
  return {
    ...rest,
    data: { file: path.resolve(path.dirname(file), fixed.file), settings: fixed.data },
    model: fixed.model,
    budget: resolvedBudget(budget),
  };
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

function readMetric(report: Report, top: Mapping): Sweep["metric"] | undefined {
  const metric = section(report, metricSchema, top, "metric", { name: "val_mse" });
  return metric && { name: metric.name, goal: goalOf(report, metric) };
}

function resolvedBudget({
  trials,
  epochs,
  wall_time,
  target,
}: z.infer<typeof budgetSchema>): Sweep["budget"] {
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

/** The parts when none is missing. */
function whole<T extends object>(parts: T): Whole<T> | undefined {
  return Object.values(parts).includes(undefined) ? undefined : (parts as Whole<T>);
}
