import type { Command } from "commander";
import { refOf } from "../../../worker/protocol/local/file-blobs.ts";
import type { Sweep } from "../../config/sweep.ts";
import { readData, withDataFile } from "../../run/data-file.ts";
import { knownOfCsv, knownOfStudy } from "../../known/known-results.ts";
import { checkSweep } from "../../views/check/check.ts";
import { print, printJson, type Io } from "../io.ts";
import { dbOption, withStore, type DbOptions } from "../options.ts";
import { readSweepFile } from "../sweep-file.ts";
import { checkText } from "../text/check.ts";

const examples = `
Examples:
  $ seqtune check configs/quickstart.yaml
  $ seqtune check sweep.yaml --json | jq .largestModel.parameters

Reads the sweep file and its data, trains nothing, and leaves the test rows alone. Exit code 1 when it cannot run.
`;

export function checkCommand(program: Command, io: Io): void {
  program
    .command("check")
    .argument("<sweep.yaml>", "the sweep file")
    .option("--json", "one JSON object")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (file: string, flags: CheckFlags) => {
      const sweep = await readSweepFile(file, io);
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
}

/** What the search would know from elsewhere, in a sentence; `null` without `known:`. Throws `UserError`. */
async function knownOf(sweep: Sweep, data: Uint8Array, flags: CheckFlags, io: Io): Promise<string | null> {
  const { known } = sweep;
  if (known === undefined) return null;
  if ("csv" in known) return (await knownOfCsv(known.csv, sweep)).notice;
  return withStore(io, flags, (store) => knownOfStudy(store, known.study, sweep, refOf(data))).notice;
}
