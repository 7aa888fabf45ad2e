import type { Command } from "commander";
import { stopStudy } from "../../stop-study.ts";
import { print, type Io } from "../io.ts";
import { dbFile, dbOption } from "../options.ts";
import { trialNumber } from "../trial-number.ts";

const examples = `
Examples:
  $ seqtune stop nightly        no more trials; running ones end and keep what they have
  $ seqtune stop nightly 17     only trial 17
`;

export function stopCommand(program: Command, io: Io): void {
  program
    .command("stop")
    .description("stop a study, or one trial of it, from another terminal")
    .argument("<study>", "name of the study")
    .argument("[trial]", "number of the trial", trialNumber)
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action((name: string, trial: number | undefined, flags: { readonly db?: string }) => {
      print(io, stopStudy(dbFile(io, flags), name, trial ?? null));
    });
}
