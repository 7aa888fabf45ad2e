import path from "node:path";
import { parseDocument } from "./document.ts";
import type { SweepError } from "./errors.ts";
import { readText, type ReadBytes } from "./read-text.ts";
import { readProgramSweep } from "./read-program-sweep.ts";
import { readSweep } from "./read-sweep.ts";
import { isMapping } from "./check.ts";
import { settingSchema } from "./parameter-specs.ts";
import { programSetting } from "./program.ts";
import { Report, type Searchable } from "./report.ts";
import { searchableSettings } from "../../worker/protocol/settings.ts";
import type { Sweep } from "./sweep.ts";

/** A sweep that can be run, with what is odd about it, or everything that is wrong with its file. */
export type LoadedSweep =
  | { readonly ok: true; readonly sweep: Sweep; readonly warnings: readonly SweepError[] }
  | { readonly ok: false; readonly errors: readonly SweepError[] };

export interface LoadOptions {
  /** Where the bytes come from; default: the file system, no more than a sweep file may have. */
  readonly readFile?: ReadBytes;
}

/**
 * Reads a sweep file and resolves it, or says everything that is wrong with it. The data file is named by the
 * result but not looked at.
 */
export async function loadSweep(file: string, { readFile }: LoadOptions = {}): Promise<LoadedSweep> {
  const absolute = path.resolve(file);
  const read = await readText(absolute, readFile);
  if (!read.ok) return failed([{ severity: "error", file, path: "", message: read.message }]);
  const parsed = parseDocument(read.text);
  if (!parsed.ok) {
    return failed(parsed.problems.map((problem) => ({ severity: "error", file, path: "", ...problem })));
  }
  const { value } = parsed.document;
  const report = new Report(
    file,
    parsed.document,
    isMapping(value) && isMapping(value["program"]) ? ofProgram : ofModel,
  );
  const sweep = readSweep(report, value, absolute, read.text);
  if (sweep === undefined) return failed(report.errors);
  return { ok: true, sweep, warnings: report.warnings };
}

const ofModel: Searchable = { names: searchableSettings, schemaOf: settingSchema };
const ofProgram: Searchable = { names: undefined, schemaOf: programSetting };

function failed(errors: readonly SweepError[]): LoadedSweep {
  return { ok: false, errors };
}

/**
 * Reads the same keys from a value of a program, or from the text of a file, for a study whose configurations are asked for.
 * `file`: what errors call it.
 */
export function readAsked(text: string, file: string): LoadedSweep {
  const parsed = parseDocument(text);
  if (!parsed.ok)
    return failed(parsed.problems.map((problem) => ({ severity: "error", file, path: "", ...problem })));
  const report = new Report(file, parsed.document, ofProgram);
  const { value } = parsed.document;
  const top = isMapping(value) ? value : {};
  const sweep = readProgramSweep(report, top, path.resolve(file), text, "asked");
  return sweep === undefined ? failed(report.errors) : { ok: true, sweep, warnings: report.warnings };
}
