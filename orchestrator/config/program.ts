import path from "node:path";
import { z } from "zod";
import { commandWords, placeholdersIn } from "../../worker/protocol/program/variables.ts";
import { defaultGraceMs, type ProgramSpec } from "../../worker/protocol/program/spec.ts";
import { costMetrics } from "../../worker/protocol/cost-metrics.ts";
import { check, found, isMapping, quoted } from "./check.ts";
import { durationSchema } from "./duration.ts";
import { paramValueSchema } from "./param-value.ts";
import type { KeyPath } from "./plain-value.ts";
import type { Report } from "./report.ts";
import { budgetSchema } from "./sections.ts";
import type { Mapping } from "./section.ts";

const itemSchema = z.union([z.string().max(8192), z.number(), z.boolean()]).transform(String);

/** Under which a machine of a lab knows the program. */
export const programNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,29}$/)
  .meta({ title: "a name of letters, digits, dots, - and _, at most 30 characters" });

export const programSectionSchema = z
  .strictObject({
    command: z
      .array(itemSchema)
      .min(1)
      .describe(
        "The program and its arguments, as a list; no shell reads it. ${args}: all parameters as --name=value",
      ),
    name: programNameSchema.optional().describe("In a lab: the name under which the machines know it"),
    folder: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe("Folder to run in, relative to the folder of this file (default: that folder)"),
    timeout: durationSchema.optional().describe("Longest time for one attempt: seconds, or 90s, 3m, 1h30m"),
    grace: durationSchema
      .optional()
      .describe("Time from the request to end until it is killed (default 10s)"),
    checkpoint_every: durationSchema
      .optional()
      .describe("How often its checkpoint folder is copied while it runs (default 5m)"),
    env: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), itemSchema)
      .optional()
      .describe("Variables to add to its environment"),
  })
  .describe("A program that trains one trial, in place of data and model");

export const programBaselinesSchema = z
  .record(z.string().min(1).max(60), z.number())
  .describe("Programs only: figures to compare with, by name, in the metric");

/** Of a program: any number it reports. */
export const programMetricSchema = z.strictObject({
  name: z.string().min(1).max(60).describe("Key of the metric in the program's reports"),
  goal: z.enum(["minimize", "maximize"]).optional().describe("Required where the name does not imply it"),
});

/** A program that says nothing of epochs reports once. */
export const programBudgetSchema = budgetSchema.extend({
  epochs: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1)
    .describe("Epochs a program trains and reports (default 1)"),
});

/** What a parameter of a program can be: anything a search can handle. */
export function programSetting(): z.ZodType {
  return paramValueSchema;
}

export function isProgramParameter(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,59}$/.test(name);
}

/** The section `program`, with the place where it runs. `names`: the searched parameters. */
export function readProgram(
  report: Report,
  top: Mapping,
  file: string,
  names: readonly string[],
): ProgramSpec | undefined {
  const given = top["program"];
  if (isMapping(given) && typeof given["command"] === "string") {
    const words = given["command"].trim().split(/\s+/).join(", ");
    const message = `${found(given["command"])}; no shell reads it, so write a list: [${words}]`;
    report.error({ path: ["program", "command"], message });
    return undefined;
  }
  const read = check(report, programSectionSchema, given, ["program"]);
  if (read === undefined || !placeholdersFit(report, read.command, names)) return undefined;
  const { command, name, folder = ".", timeout, grace, checkpoint_every, env } = read;
  return {
    command,
    folder: path.resolve(path.dirname(file), folder),
    graceMs: grace ?? defaultGraceMs,
    ...(name === undefined ? {} : { name }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(checkpoint_every === undefined ? {} : { checkpointMs: checkpoint_every }),
    ...(env === undefined ? {} : { env }),
  };
}

function placeholdersFit(report: Report, command: readonly string[], names: readonly string[]): boolean {
  const known = [...Object.keys(commandWords), ...names];
  const bad = command.flatMap((item, index) =>
    placeholdersIn([item]).flatMap((word) => (known.includes(word) ? [] : [{ index, word }])),
  );
  for (const { index, word } of bad) {
    const allowed = known.map((one) => `\${${one}}`).join(", ");
    report.error({ path: ["program", "command", index], message: `nothing is called \${${word}}`, allowed });
  }
  return bad.length === 0;
}

const smaller = /(^|[_/.-])(loss|error|err|mse|mae|rmse|mape|perplexity|ppl|nll|wer|cer)$/i;
const larger = /(^|[_/.-])(acc|accuracy|auc|auroc|f1|score|precision|recall|reward|return|bleu|iou|r2|map)$/i;

/** The direction that a metric's name leaves no doubt about. */
export function impliedGoal(name: string): "minimize" | "maximize" | undefined {
  if (smaller.test(name) || Object.hasOwn(costMetrics, name)) return "minimize";
  return larger.test(name) ? "maximize" : undefined;
}

/** What the trials of a program are ranked by. The direction is taken from the name only where that leaves no doubt. */
export function readProgramMetric(
  report: Report,
  section: unknown,
  path: KeyPath = ["metric"],
): { readonly name: string; readonly goal: "minimize" | "maximize" } | undefined {
  if (section === undefined) {
    const message = "this key is missing: trials of a program are ranked by a number that it reports";
    report.error({ path, at: "key", message, allowed: "as in metric: {name: val_loss}" });
    return undefined;
  }
  const read = check(report, programMetricSchema, section, path);
  if (read === undefined) return undefined;
  const { name } = read;
  const goal = read.goal ?? impliedGoal(name);
  if (goal !== undefined) return { name, goal };
  const message = `goal is missing: whether ${quoted(name)} is better when smaller or larger is not known here`;
  report.error({ path, at: "key", message, allowed: "goal: minimize, or goal: maximize" });
  return undefined;
}
