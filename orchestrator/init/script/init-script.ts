import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { unreadable } from "../../run/unreadable.ts";
import { parsedSweep, sweepNameOf } from "../new-sweep.ts";
import { readProgram } from "./calls.ts";
import { kindOfProgram, type Language } from "./language.ts";
import { optionsOf } from "./options.ts";
import { usesOf, type Use } from "./ranges.ts";
import { reportingOf, reportLine, type Reporting } from "./reports.ts";
import { commandOf, scriptSweepText } from "./script-sweep.ts";

export interface WrittenScriptSweep {
  readonly text: string;
  readonly command: readonly string[];
  readonly uses: readonly Use[];
  readonly reporting: Reporting;
  /** The line to add to the program, where it makes no report with the metric. */
  readonly addLine: string | null;
  /** What a person should know, in sentences without a full stop. */
  readonly remarks: readonly string[];
}

/**
 * A sweep that runs the program in `file` with the options that its text declares; the program is read, not run. `out`: absolute path of
 * the sweep file to be; `metric`: to rank trials by. Throws `UserError` where nothing can be searched.
 */
export async function initScript(
  file: string,
  { out, metric }: { readonly out: string; readonly metric: string | undefined },
): Promise<WrittenScriptSweep> {
  const kind = kindOfProgram(file);
  const byHand =
    "write the sweep by hand, with the program under `program` and its options under `parameters`: docs/programs.md";
  if (kind === undefined) {
    throw new UserError(
      `${file} is a program, and of programs init knows Python (argparse, click) and Node (parseArgs, commander, yargs) only; ${byHand}`,
    );
  }
  const { language, interpreter } = kind;
  const source = await textOf(file);
  const program = readProgram(source, language);
  const uses = usesOf(optionsOf(program.calls));
  if (!uses.some(({ kind }) => kind === "search" || kind === "offer")) {
    throw new UserError(
      `${file} declares no option with a value that could be searched (looked for: ${looked[language]}); ${byHand}`,
    );
  }
  const searched = uses.some(({ kind }) => kind === "search") ? uses : uses.map(searchedInstead);
  const reporting = reportingOf(program, metric);
  const relative = path.relative(path.dirname(out), file).replaceAll(path.sep, "/");
  const text = scriptSweepText({
    name: sweepNameOf(out),
    file: relative,
    interpreter,
    uses: searched,
    reporting,
    epochs: epochsOf(searched, source),
    workers: Math.max(1, Math.min(4, availableParallelism() - 1)), // a program may use several cores
  });
  await parsedSweep(text, out);
  return {
    text,
    command: commandOf({ file: relative, interpreter, uses: searched }),
    uses: searched,
    reporting,
    addLine:
      reporting.keys?.includes(reporting.metric) === true ? null : reportLine(language, reporting.metric),
    remarks: requiredRemarks(searched),
  };
}

const looked: Readonly<Record<Language, string>> = {
  python: "argparse's add_argument and click's option",
  javascript: "parseArgs, commander's and yargs's option",
};

/** Where no name says that it is a hyperparameter, all that could be one are searched. */
function searchedInstead(use: Use): Use {
  return use.kind === "offer" ? { ...use, kind: "search", why: "around the default" } : use;
}

function epochsOf(uses: readonly Use[], source: string): number | null {
  for (const use of uses) {
    if (use.kind === "given" && use.by === "epochs")
      return typeof use.option.fallback === "number" && use.option.fallback >= 1 ? use.option.fallback : null;
  }
  const written = /\b(?:n_|num_|max_)?epochs\s*[:=]\s*(\d{1,6})\b/i.exec(source)?.[1];
  return written === undefined || Number(written) < 1 ? null : Number(written);
}

function requiredRemarks(uses: readonly Use[]): readonly string[] {
  return uses.flatMap((use) =>
    use.kind === "leave" && use.option.required && use.option.fallback === null
      ? [
          `--${use.option.name} is required and not searched: add it to \`program.command\`, such as --${use.option.name}=VALUE`,
        ]
      : [],
  );
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new UserError(`the program ${file} ${unreadable(cause)}; name a training script or a data file`, {
      cause,
    });
  }
}
