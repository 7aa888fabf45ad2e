import type { Command } from "commander";
import { UserError } from "../../errors.ts";
import type { CheckFlags } from "../check-sweep.ts";
import { firstLine } from "../first-line.ts";
import type { Io } from "../io.ts";
import { dbOption } from "../options.ts";
import { readSweepFile } from "../sweep-file.ts";
import { viewKind } from "../view-options.ts";

const examples = `
Examples:
  $ seqtune check configs/quickstart.yaml
  $ seqtune check program.yaml --try             runs the program for one epoch of one trial
  $ seqtune check sweep.yaml --no-baselines      data and search only
  $ seqtune check sweep.yaml --json | jq .largestModel.parameters

Reads the sweep file and its data, trains nothing (except with --try), and leaves the test rows alone. Exit code 1 when it cannot run.
`;

export function checkCommand(program: Command, io: Io): void {
  program
    .command("check")
    .argument("<sweep.yaml>", "the sweep file")
    .option("--try", "programs: run one short trial")
    .option("--no-baselines", "leave the baselines out, which take longest to compute")
    .option("--json", "one JSON object")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (file: string, flags: CheckFlags) => {
      const sweep = await readSweepFile(file, io);
      if (flags.try && sweep.program === undefined)
        throw new UserError(
          `--try runs a program once, and ${file} trains models; run it, or leave --try out`,
        );
      const clear = firstLine(io, viewKind(io, flags.json ? { quiet: true } : {}), sweep);
      // What looks at data is loaded only now.
      const { checkAnySweep } = await import("../check-sweep.ts");
      clear();
      await checkAnySweep(sweep, file, flags, io);
    });
}
