import path from "node:path";
import { checkMapping, found, isMapping, reportUnknownKey } from "./check.ts";
import { orderedSpace } from "./conditions.ts";
import { warnOfNoEffect } from "./effects.ts";
import { readFixed } from "./fixed.ts";
import { labSchema } from "./lab.ts";
import { checkLegality } from "./legality.ts";
import { readGoals } from "./goals.ts";
import { checkMeaning } from "./meaning.ts";
import { asRangeStudy } from "./range-study.ts";
import { readMethod, readRules } from "./named-settings.ts";
import { readEnqueue } from "./read-enqueue.ts";
import { readParameters } from "./parameters.ts";
import type { Report } from "./report.ts";
import { readProgramSweep } from "./read-program-sweep.ts";
import {
  given,
  nameFrom,
  readBudget,
  readKnown,
  readOptional,
  section,
  whole,
  type Mapping,
} from "./section.ts";
import {
  descriptionSchema,
  nameSchema,
  repeatsSchema,
  seedSchema,
  sweepKeys,
  workersSchema,
} from "./sections.ts";
import type { Sweep } from "./sweep.ts";

/** The sweep that a file's plain values describe, or undefined when `report` has errors. `file`: absolute path. */
export function readSweep(report: Report, value: unknown, file: string, source: string): Sweep | undefined {
  const top = checkMapping(report, value, [], `a mapping of ${sweepKeys.join(", ")}`);
  if (top === undefined) return undefined;
  if (isMapping(top["program"])) return readProgramSweep(report, top, file, source);
  if ("program" in top) reportPlainProgram(report, top["program"]);
  else if ("parameters" in top && !("data" in top || "model" in top)) {
    report.error({ path: [], at: "key", message: "data and program are missing", allowed: whatIsTuned });
    return undefined;
  }
  if ("baselines" in top) {
    const message = "this is for programs: baselines of your data are computed from it";
    report.error({ path: ["baselines"], at: "key", message });
  }
  const unknown = Object.keys(top).filter((key) => !sweepKeys.includes(key));
  for (const key of unknown) reportUnknownKey(report, [key], sweepKeys);

  const drafts = readParameters(report, top["parameters"]);
  const fixed = readFixed(report, top, drafts);
  const space = orderedSpace(report, drafts, (name) => isFixed(top, name));
  const { metric, goals } = readGoals(report, top, { of: "models", task: fixed?.data.task });
  const sections = {
    name: section(report, nameSchema, top, "name", nameFrom(file)),
    description: section(report, descriptionSchema, top, "description", ""),
    seed: section(report, seedSchema, top, "seed", 1),
    method: readMethod(report, top["method"] === undefined ? "random" : top["method"]),
    metric,
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
    goals,
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

const whatIsTuned =
  "data: {file, targets} to train models of seqtune, or program: {command} to run a program; a study that is asked for its trials is made with: seqtune create";

/** As in W&B: `program: train.py`. */
function reportPlainProgram(report: Report, program: unknown): void {
  const words = Array.isArray(program)
    ? program.map(String)
    : ["python3", typeof program === "string" ? program : "train.py"];
  const message = `${found(program)}; write program: {command: [${words.join(", ")}, "\${args}"]} to run it as the trial, or remove it to train models of seqtune`;
  report.error({ path: ["program"], message });
}

function isFixed(top: Mapping, name: string): boolean {
  return [top["model"], top["data"]].some((given) => isMapping(given) && Object.hasOwn(given, name));
}
