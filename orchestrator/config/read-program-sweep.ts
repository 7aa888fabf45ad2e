/**
 * A sweep of a program shares most sections with one of models and has others in the place of `data:` and `model:`. What belongs to
 * the other kind is refused with a reason, for people turn one kind of file into the other.
 */
import { reportUnknownKey } from "./check.ts";
import { orderedSpace } from "./conditions.ts";
import { labSchema } from "./lab.ts";
import { readGoals } from "./goals.ts";
import { checkMeaning } from "./meaning.ts";
import { readMethod, readRules } from "./named-settings.ts";
import { readParameters } from "./parameters.ts";
import { programBaselinesSchema, programBudgetSchema, readProgram } from "./program.ts";
import { readEnqueue } from "./read-enqueue.ts";
import type { Report } from "./report.ts";
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

/** Keys that only models of ours have. */
const modelKeys: Readonly<Record<string, string>> = {
  data: "a program finds its own data: remove this, or give it the path as a parameter, as in dataset: {value: data.csv}",
  model:
    "a program has no model of ours: remove this, or give it settings as parameters, as in hidden: {value: 32}",
};

function checkKeys(report: Report, top: Mapping, kind: "program" | "asked"): void {
  for (const key of Object.keys(top)) {
    const why = modelKeys[key];
    if (key === "program" && kind === "asked") {
      const message = "a study that is asked runs no program: remove this, or run the file with: seqtune run";
      report.error({ path: [key], at: "key", message });
    } else if (why !== undefined) report.error({ path: [key], at: "key", message: why });
    else if (!sweepKeys.includes(key)) reportUnknownKey(report, [key], sweepKeys);
  }
}

/** As `readSweep`, for a file with `program:`, or for one whose configurations are asked for. */
export function readProgramSweep(
  report: Report,
  top: Mapping,
  file: string,
  source: string,
  kind: "program" | "asked" = "program",
): Sweep | undefined {
  checkKeys(report, top, kind);
  const drafts = readParameters(report, top["parameters"]);
  const space = orderedSpace(report, drafts, () => false);
  const method = readMethod(report, top["method"] === undefined ? "random" : top["method"]);
  if (method?.name === "lr_range") {
    const message = "a range test trains models of ours, and this sweep runs a program";
    report.error({ path: ["method"], message });
  }
  const { metric, goals } = readGoals(report, top, { of: "program" });
  const sections = {
    name: section(report, nameSchema, top, "name", nameFrom(file)),
    description: section(report, descriptionSchema, top, "description", ""),
    seed: section(report, seedSchema, top, "seed", 1),
    method,
    metric,
    space,
    data: { file: "", settings: {} },
    model: {},
    budget: readBudget(report, top, programBudgetSchema),
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
    baselines: readOptional(report, programBaselinesSchema, top, "baselines"),
  };
  const program =
    kind === "asked"
      ? undefined
      : readProgram(
          report,
          top,
          file,
          drafts.map(({ name }) => name),
        );
  checkMeaning(report, { ...sections, ...optional, program, drafts });
  const required = whole(sections);
  return required === undefined || report.errors.length > 0
    ? undefined
    : {
        ...required,
        ...given({ ...optional, program, asked: kind === "asked" ? (true as const) : undefined }),
      };
}
