import type { Command } from "commander";
import { refOf } from "../../../worker/protocol/local/file-blobs.ts";
import type { ProgramSpec } from "../../../worker/protocol/program/spec.ts";
import type { Sweep } from "../../config/sweep.ts";
import { readData, withDataFile } from "../../run/data-file.ts";
import { knownOfCsv, knownOfStudy } from "../../known/known-results.ts";
import { tryProgram, type Trying } from "../../run/try-program.ts";
import { exitCodes, UserError } from "../../errors.ts";
import { checkSweep } from "../../views/check/check.ts";
import { checkProgram, exampleParams } from "../../views/check/program-check.ts";
import { note, print, printJson, type Io } from "../io.ts";
import { watchSignals } from "../live/interrupts.ts";
import { dbOption, withStore, type DbOptions } from "../options.ts";
import { readSweepFile } from "../sweep-file.ts";
import { checkProgramText } from "../text/check-program.ts";
import { checkText } from "../text/check.ts";

const examples = `
Examples:
  $ seqtune check configs/quickstart.yaml
  $ seqtune check program.yaml --try             runs the program for one epoch of one trial
  $ seqtune check sweep.yaml --json | jq .largestModel.parameters

Reads the sweep file and its data, trains nothing (but for --try), and leaves the test rows alone. Exit code 1 when it cannot run.
`;

export function checkCommand(program: Command, io: Io): void {
  program
    .command("check")
    .argument("<sweep.yaml>", "the sweep file")
    .option("--try", "programs: run one short trial")
    .option("--json", "one JSON object")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (file: string, flags: CheckFlags) => {
      const sweep = await readSweepFile(file, io);
      if (sweep.program !== undefined) {
        await checkProgramSweep(sweep, sweep.program, file, flags, io);
        return;
      }
      if (flags.try)
        throw new UserError(
          `--try runs a program once, and ${file} trains models; run it, or leave --try out`,
        );
      const data = sweep.data.file;
      const bytes = await readData(data, sweep.data.settings);
      const check = await withDataFile(data, () => checkSweep(sweep, bytes));
      const known = await knownOf(sweep, bytes, flags, io);
      if (flags.json) printJson(io, { ...check, known });
      else print(io, checkText(check, { ...io, file, known }));
    });
}

interface CheckFlags extends DbOptions {
  readonly json?: true;
  readonly try?: true;
}

async function checkProgramSweep(
  sweep: Sweep,
  program: ProgramSpec,
  file: string,
  flags: CheckFlags,
  io: Io,
): Promise<void> {
  const check = checkProgram(sweep, program);
  const known = await knownOf(sweep, new Uint8Array(), flags, io);
  const signals = watchSignals(() => note(io, "\ninterrupted"));
  let tried: Trying | null = null;
  try {
    if (flags.try) tried = await tryProgram(sweep, program, exampleParams(sweep), signals.finish);
  } finally {
    signals.stop();
  }
  if (flags.json) printJson(io, { ...check, known, tried });
  else print(io, checkProgramText(check, tried, { ...io, file, known }));
  if (tried?.end.kind === "failed") io.exitCode = exitCodes.usage;
}

/** What the search would know from elsewhere, in a sentence; `null` without `known:`. Throws `UserError`. */
async function knownOf(sweep: Sweep, data: Uint8Array, flags: CheckFlags, io: Io): Promise<string | null> {
  const { known } = sweep;
  if (known === undefined) return null;
  if ("csv" in known) return (await knownOfCsv(known.csv, sweep)).notice;
  return withStore(io, flags, (store) => knownOfStudy(store, known.study, sweep, refOf(data))).notice;
}
