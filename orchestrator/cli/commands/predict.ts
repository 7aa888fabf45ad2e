import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { UserError } from "../../errors.ts";
import { predict } from "../../result/predict.ts";
import { seenText } from "../../result/seen-text.ts";
import { note, type Io } from "../io.ts";
import { watchSignals } from "../live/interrupts.ts";
import { dbFile } from "../options.ts";
import { shellWord } from "../text/shell-word.ts";
import { printable } from "../../views/text-width.ts";

interface PredictFlags {
  readonly every?: true;
  readonly intervals?: true;
  readonly out?: string;
  readonly engine?: string;
}

const examples = `
Examples:
  $ seqtune predict seqtune.db.models/etth1 today.csv      what follows the end of the file
  $ seqtune predict etth1-17 today.csv --every             what follows every row that has a window before it
  $ seqtune predict etth1-17 today.csv --intervals
  $ seqtune predict italy-3 days.csv --out predictions.csv

The data file needs the input columns of training under the same names. A series also needs the past of the targets where
the model predicts changes. Writes CSV (docs/models.md).
`;

export function predictCommand(program: Command, io: Io): void {
  program
    .command("predict")
    .argument("<model>", "model folder, as written by seqtune run or seqtune export")
    .argument("<data>", "data file: CSV, Parquet, Excel, JSON lines, .ts or .arff, also compressed")
    .option("--every", "series: predict after every row, not only after the last")
    .option("--intervals", "numbers: add two columns, between which nine of ten values are expected")
    .option("--out <file>", "file to write (default: standard output)")
    .option("--engine <name>", "training engine", "auto")
    .addHelpText("after", examples)
    .action(async (model: string, data: string, flags: PredictFlags) => {
      const signals = watchSignals(() => note(io, "\ninterrupted"));
      try {
        refuseStudyName(io, model);
        const file = path.resolve(io.cwd, data);
        const { csv, samples, warnings, worth, refit } = await predict(path.resolve(io.cwd, model), file, {
          from: flags.every === true ? "every" : "last",
          signal: signals.finish,
          intervals: flags.intervals === true,
          ...(flags.engine === undefined ? {} : { engine: flags.engine }),
        });
        // All but the CSV goes to standard error: the output is often piped into a file.
        for (const warning of warnings) note(io, `warning: ${file}: ${printable(warning)}`);
        if (flags.out === undefined) io.stdout.write(csv);
        else await write(path.resolve(io.cwd, flags.out), csv);
        if (refit !== null)
          note(io, `note: the model was trained once more, on ${printable(seenText(refit))}`);
        if (worth !== null && worth.worth !== "best") {
          const which = refit === null ? "the model is" : "before that it was";
          note(io, `note: ${which} ${printable(worth.sentence)}`);
          const [step] = refit === null ? worth.steps : [];
          if (step !== undefined) note(io, `next: ${printable(step.sentence)}`);
        }
        note(io, `${samples} ${samples === 1 ? "prediction" : "predictions"}`);
      } finally {
        signals.stop();
      }
    });
}

/** Throws `UserError` for the name of a study whose model lies in the folder beside a database here. */
function refuseStudyName(io: Io, model: string): void {
  if (path.basename(model) !== model || existsSync(path.resolve(io.cwd, model))) return;
  const here = readdirSync(io.cwd).filter((name) => name.endsWith(".models"));
  const usual = path.relative(io.cwd, `${dbFile(io, {})}.models`);
  const folder = [usual, ...here].find((name) => existsSync(path.resolve(io.cwd, name, model)));
  if (folder === undefined) return;
  throw new UserError(
    `${model} is a study: give the folder of its model, ${shellWord(path.join(folder, model))}`,
  );
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new UserError(`${file} cannot be written: give another file with --out`, { cause });
  }
}
