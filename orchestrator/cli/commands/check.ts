import type { Command } from "commander";
import { readData, withDataFile } from "../../data-file.ts";
import { checkSweep } from "../../views/check/check.ts";
import { print, printJson, type Io } from "../io.ts";
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
    .description("what a sweep would do: data, splits, baselines, search, largest model; no training")
    .argument("<sweep.yaml>", "the sweep file")
    .option("--json", "one JSON object")
    .addHelpText("after", examples)
    .action(async (file: string, { json }: { readonly json?: true }) => {
      const sweep = await readSweepFile(file, io);
      const data = sweep.data.file;
      const bytes = await readData(data);
      const check = await withDataFile(data, () => checkSweep(sweep, bytes));
      if (json) printJson(io, check);
      else print(io, checkText(check, { ...io, file }));
    });
}
