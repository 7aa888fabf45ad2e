import { access, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { listed } from "../../../worker/data/errors.ts";
import { UserError } from "../../errors.ts";
import { targetCandidates } from "../../init/choose-target.ts";
import { findTime } from "../../init/find-time.ts";
import { initSweep } from "../../init/init-sweep.ts";
import { propose, type Proposal } from "../../init/propose.ts";
import { readFound } from "../../init/read-file.ts";
import { isProgram } from "../../init/script/language.ts";
import { readData, withDataFile } from "../../run/data-file.ts";
import { duration, percent } from "../../views/numbers.ts";
import { printable } from "../../views/text-width.ts";
import { print, printJson, type Io } from "../io.ts";
import { count } from "../options.ts";
import { initScriptJson, initScriptText } from "../text/init-script.ts";
import { shellWord } from "../text/shell-word.ts";

interface InitFlags {
  readonly target?: string;
  readonly metric?: string;
  readonly horizon?: number;
  readonly out?: string;
  readonly yes?: true;
  readonly json?: true;
}

const examples = `
Examples:
  $ seqtune init sales.csv                     asks what to predict, writes sales.yaml
  $ seqtune init sales.csv --target units --horizon 14 --yes
  $ seqtune init train.py --metric val_acc     writes train.yaml, which searches the script's options

Looks at a data file, says what it found and assumed, and writes a sweep with comments that runs as it is and takes at most about five
minutes on this machine. Of a training script it reads the command-line options and their defaults (Python: argparse, click; Node:
parseArgs, commander, yargs), without running it. It never overwrites a file.
`;

export function initCommand(program: Command, io: Io): void {
  program
    .command("init")
    .argument(
      "<file>",
      "data file (CSV, Parquet, Excel, JSON lines, .ts or .arff, also compressed), or a training script (.py, .js, .ts)",
    )
    .option("--target <column>", "column to predict (default: asks, or takes the likeliest)")
    .option("--horizon <rows>", "rows ahead to predict (default: by the distance between rows)", count)
    .option("--metric <name>", "training script: metric of its reports to rank by (default: from its text)")
    .option("--out <sweep.yaml>", "file to write (default: named after the file, in this folder)")
    .option("--yes", "do not ask questions")
    .option("--json", "print the findings as one JSON object, and do not ask questions")
    .addHelpText("after", examples)
    .action(async (file: string, flags: InitFlags) => {
      const absolute = path.resolve(io.cwd, file);
      await ((await isProgram(absolute)) ? initFromScript : initFromData)(io, absolute, flags);
    });
}

async function initFromScript(io: Io, file: string, flags: InitFlags): Promise<void> {
  for (const name of ["target", "horizon"] as const) {
    if (flags[name] !== undefined)
      throw new UserError(`--${name} is for data files, and ${file} is a program: leave it out`);
  }
  const out = path.resolve(io.cwd, flags.out ?? `${path.parse(file).name}.yaml`);
  await requireFree(out);
  const { initScript } = await import("../../init/script/init-script.ts"); // with parsers of two languages
  const written = await initScript(file, { out, metric: flags.metric });
  await write(out, written.text);
  if (flags.json === true) printJson(io, initScriptJson(out, written));
  else print(io, initScriptText(io, path.relative(io.cwd, file), path.relative(io.cwd, out) || out, written));
}

async function initFromData(io: Io, dataFile: string, flags: InitFlags): Promise<void> {
  if (flags.metric !== undefined)
    throw new UserError("--metric is for training scripts; of data, init chooses it and says why");
  const base = path
    .basename(dataFile)
    .replace(/(?:\.(?:csv|tsv|txt|gz|zst|parquet|xlsx|jsonl|json|ts|arff))+$/i, "");
  const out = path.resolve(io.cwd, flags.out ?? `${base}.yaml`);
  await requireFree(out); // before anything is asked: an answer must not be for nothing
  const bytes = await readData(dataFile);
  const read = await withDataFile(dataFile, () => readFound(bytes));
  const { table } = read;
  const asks =
    flags.yes !== true && flags.json !== true && process.stdin.isTTY && Number.isFinite(io.columns);
  const target =
    flags.target ?? (asks ? await askTarget(targetCandidates(table, new Set(findTime(table)))) : undefined);
  const proposal = await withDataFile(dataFile, () =>
    propose(table, read.settings, {
      ...(target !== undefined && { target }),
      ...(flags.horizon !== undefined && { horizon: flags.horizon }),
    }),
  );
  const assumed = [...read.assumptions, ...proposal.assumptions].map(
    ({ setting, sentence }) => `\`${setting}\` was set, because: ${sentence}`,
  );
  const found = [...assumed, ...proposal.remarks];
  const { text, check, remarks } = await initSweep(proposal, table, { out, dataFile }, found.map(oneLine));
  await write(out, text);
  const shown = path.relative(io.cwd, out) || out;
  if (flags.json === true) {
    printJson(io, {
      sweep: out,
      settings: proposal.settings,
      assumptions: assumed,
      remarks: [...proposal.remarks, ...remarks],
      warnings: check.warnings,
    });
    return;
  }
  print(io, summary(io, proposal, [...found, ...remarks], check, shown));
}

type Check = Awaited<ReturnType<typeof initSweep>>["check"];

function summary(
  io: Io,
  { settings, reasons }: Proposal,
  found: readonly string[],
  check: Check,
  file: string,
): string {
  const { rows, series, time } = check.data;
  const when = time === null ? "" : `, ${time.from} to ${time.to}`;
  const many = series > 1 ? `, ${series} ${settings["layout"] === undefined ? "series" : "samples"}` : "";
  const lines = Object.entries(settings).map(([name, value]) => {
    const why = reasons[name];
    return `  ${name.padEnd(14)} ${JSON.stringify(value)}${why ? io.colors.dim(`  ${why}`) : ""}`;
  });
  const baselines = check.baselines.flatMap(({ name, skill }) =>
    skill === null ? [] : [`${name} ${percent(skill)}`],
  );
  const estimate =
    check.time === null ? "" : `, roughly ${duration(check.time.least)} to ${duration(check.time.most)}`;
  return [
    `${check.data.file}: ${rows} rows${many}${when}`,
    "",
    "found",
    ...lines,
    ...[...found, ...check.warnings].map(
      (sentence) => `  ${io.colors.yellow("look")} ${printable(sentence)}`,
    ),
    "",
    ...(baselines.length > 0 ? [`baselines (skill): ${baselines.join(", ")}`] : []),
    `wrote ${file}: ${check.search.trials ?? "?"} trials${estimate}`,
    "",
    "next",
    `  seqtune run ${shellWord(file)}`,
  ].join("\n");
}

function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, " ");
}

async function askTarget(candidates: readonly string[]): Promise<string | undefined> {
  if (candidates.length < 2) return undefined;
  const { isCancel, select } = await import("@clack/prompts"); // loaded only where a person is asked
  const options = candidates.slice(0, 60).map((value) => ({ value, label: printable(value) }));
  const answer = await select({ message: "Which column is to be predicted?", options });
  if (isCancel(answer))
    throw new UserError(`nothing was written: name one of ${listed(candidates)} with --target`);
  return answer;
}

async function requireFree(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists)
    throw new UserError(`${file} exists already, and init never overwrites: name another file with --out`);
}

/** `wx`: the file may have been made while a person thought about the question. */
async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    throw new UserError(`${file} cannot be written (${code}): name another file with --out`, { cause });
  }
}
