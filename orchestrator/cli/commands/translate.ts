import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Option, type Command } from "commander";
import { parse, YAMLParseError } from "yaml";
import { isMapping } from "../../config/check.ts";
import { formatSweepErrors } from "../../config/errors.ts";
import { loadSweep } from "../../config/load.ts";
import { readText } from "../../config/read-text.ts";
import { UserError } from "../../errors.ts";
import { asForeignSweep, searchSpaceFile } from "../../translate/as-sweep.ts";
import { translateProgram } from "../../translate/program.ts";
import { translateSweep } from "../../translate/translate.ts";
import { note, type Io } from "../io.ts";

const examples = `
Examples:
  $ seqtune translate wandb.yaml > sweep.yaml
  $ seqtune translate search_space.json --out sweep.yaml
  $ seqtune translate wandb.yaml --to model            train a model of seqtune instead of the program

A sweep that names its program (program:, command:, trialCommand:, a trialTemplate's container) becomes one that runs it; any
other trains a model of seqtune. Reads sweeps of Weights & Biases, experiments of Katib and of NNI, and search spaces of NNI. Each
line that changed has a comment, and keys without an equivalent are listed at the end. Standard error names what you have to
fill in.
`;

interface TranslateFlags {
  readonly out?: string;
  readonly to?: "program" | "model";
}

export function translateCommand(program: Command, io: Io): void {
  program
    .command("translate")
    .argument("<file>", "a sweep file of another tool (YAML or JSON)")
    .option("--out <file>", "file to write; it must not exist (default: standard output)")
    .addOption(
      new Option(
        "--to <what>",
        "what the new sweep tunes (default: the program, where one is named)",
      ).choices(["program", "model"]),
    )
    .addHelpText("after", examples)
    .action(async (file: string, { out, to }: TranslateFlags) => {
      const text = await translated(path.resolve(io.cwd, file), file, to);
      if (out === undefined) io.stdout.write(text);
      else await write(path.resolve(io.cwd, out), text, io);
      await sayWhatIsLeft(path.resolve(io.cwd, out ?? "sweep.yaml"), text, io);
    });
}

async function translated(absolute: string, file: string, to: TranslateFlags["to"]): Promise<string> {
  const value = await valueIn(absolute, file);
  const known = asForeignSweep(await withSearchSpace(value, absolute, file));
  if (known === undefined) {
    throw new UserError(
      `${file} is not a sweep of W&B (a mapping with parameters:), an experiment of Katib or a search space of NNI`,
    );
  }
  const from = `${path.basename(file)} (${known.tool})`;
  const { program } = known;
  if (to === "program" && program === undefined) {
    throw new UserError(
      `${file} does not say what to run: it has no program:, no command: and no trial template with one`,
    );
  }
  return program === undefined || to === "model"
    ? translateSweep(known, from)
    : translateProgram(known, program, from);
}

/** NNI may keep the search space in a file beside the experiment's. */
async function withSearchSpace(value: unknown, absolute: string, file: string): Promise<unknown> {
  const beside = searchSpaceFile(value);
  if (beside === undefined || !isMapping(value)) return value;
  const name = path.join(path.dirname(file), beside);
  return { ...value, searchSpace: await valueIn(path.resolve(path.dirname(absolute), beside), name) };
}

async function valueIn(absolute: string, file: string): Promise<unknown> {
  const read = await readText(absolute);
  if (!read.ok) throw new UserError(`${file}: ${read.message}`);
  return valueOf(read.text, file);
}

function valueOf(text: string, file: string): unknown {
  try {
    return parse(text, { logLevel: "error", maxAliasCount: 100 });
  } catch (cause) {
    const why =
      cause instanceof YAMLParseError ? (cause.message.split("\n")[0] ?? "") : "it has too many aliases";
    throw new UserError(`${file} is not YAML: ${why}`, { cause });
  }
}

async function write(file: string, text: string, io: Io): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    const why = code === "EEXIST" ? "exists already" : `cannot be written (${code})`;
    throw new UserError(`${file} ${why}; name another file with --out`, { cause });
  }
  note(io, `wrote ${file}`);
}

/** The errors the new file would have, which a person has to put right. */
async function sayWhatIsLeft(file: string, text: string, io: Io): Promise<void> {
  const loaded = await loadSweep(file, { readFile: () => Promise.resolve(new TextEncoder().encode(text)) });
  if (!loaded.ok) note(io, `what is left to put right:\n${formatSweepErrors(loaded.errors)}`);
}
