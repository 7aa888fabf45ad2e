/** The other half of program-terms.ts: the list in which a machine says what may run on it, and how. */
import path from "node:path";
import { z } from "zod";
import type { AllowedProgram, AllowedPrograms } from "../../worker/protocol/program/allowed.ts";
import { check, checkMapping } from "../config/check.ts";
import { parseDocument } from "../config/document.ts";
import { durationSchema } from "../config/duration.ts";
import { formatSweepErrors, type SweepError } from "../config/errors.ts";
import { programNameSchema, programSetting } from "../config/program.ts";
import { readText } from "../config/read-text.ts";
import { Report } from "../config/report.ts";
import { UserError } from "../errors.ts";

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);
const item = z.union([z.string().max(8192), z.number(), z.boolean()]).transform(String);

const entrySchema = z.strictObject({
  command: z.array(item).min(1),
  folder: z.string().min(1).max(4096).optional(),
  pass: z.array(variable).max(200).optional(),
  env: z.record(variable, item).optional(),
  timeout: durationSchema.optional(),
});

/** What a worker may run, from its `--programs` file. Throws `UserError` with everything that is wrong with it. */
export async function readPrograms(file: string): Promise<AllowedPrograms> {
  const read = await readText(file);
  if (!read.ok) throw new UserError(`${file}: ${read.message}`);
  const parsed = parseDocument(read.text);
  if (!parsed.ok)
    throw wrong(
      file,
      parsed.problems.map((problem) => ({ severity: "error", file, path: "", ...problem })),
    );
  const report = new Report(file, parsed.document, { names: undefined, schemaOf: programSetting });
  const words = 'a mapping of names to programs, as in train: {command: [python3, train.py, "${args}"]}';
  const top = checkMapping(report, parsed.document.value, [], words) ?? {};
  const programs = Object.entries(top).flatMap(([name, value]): [string, AllowedProgram][] => {
    const named = check(report, programNameSchema, name, [name]);
    const entry = check(report, entrySchema, value, [name]);
    if (named === undefined || entry === undefined) return [];
    const { command, folder = ".", pass = [], env = {}, timeout } = entry;
    const place = path.resolve(path.dirname(path.resolve(file)), folder);
    return [
      [name, { command, folder: place, pass, env, ...(timeout === undefined ? {} : { timeoutMs: timeout }) }],
    ];
  });
  if (report.errors.length > 0) throw wrong(file, report.errors);
  if (programs.length === 0) throw new UserError(`${file} names no program; it holds ${words}`);
  return Object.fromEntries(programs);
}

function wrong(file: string, errors: readonly SweepError[]): UserError {
  return new UserError(`${file} cannot be used:\n\n${formatSweepErrors(errors)}`);
}
