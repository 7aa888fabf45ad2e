import type { Command } from "commander";
import { markInvalid } from "../../run/mark-invalid.ts";
import { print, type Io } from "../io.ts";
import { dbFile, dbOption, type DbOptions } from "../options.ts";
import { trialNumber } from "../trial-number.ts";

const examples = `
Examples:
  $ seqtune invalid nightly 17 --reason "trained on the wrong file"

The ranking, the search, importance and everything that learns from the study ignore the trial from now on. Its curve and its record
stay, and seqtune show names the reason. It still counts towards the budget; seqtune enqueue tries its configuration again.
`;

export function invalidCommand(program: Command, io: Io): void {
  program
    .command("invalid")
    .argument("<study>", "name of the study")
    .argument("<trial>", "number of a trial that has ended", trialNumber)
    .requiredOption("--reason <text>", "why its result is meaningless")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action((name: string, trial: number, flags: DbOptions & { readonly reason: string }) => {
      print(io, markInvalid(dbFile(io, flags), name, trial, flags.reason));
    });
}
