import { InvalidArgumentError, type Command } from "commander";
import { parseStoredSweep } from "../../config/sweep.ts";
import { UserError } from "../../errors.ts";
import { withMoreTrials, type MoreTrials } from "../../run/raise-budget.ts";
import { resumeStudy } from "../../run/run-sweep.ts";
import { driveAndShow, viewOptions, type ViewOptions } from "../drive.ts";
import { findStudy } from "../find-study.ts";
import type { Io } from "../io.ts";
import { labOfRun } from "../lab-connection.ts";
import { natsOptions } from "../nats-options.ts";
import { count, dbFile, dbOption, withStore } from "../options.ts";
import { overrides } from "./run.ts";

interface ResumeFlags extends ViewOptions {
  readonly db?: string;
  readonly workers?: number;
  readonly engine?: string;
  readonly trials?: MoreTrials;
}

const examples = `
Examples:
  $ seqtune resume                    the study changed last
  $ seqtune resume nightly --workers 4
  $ seqtune resume nightly --trials +20      20 trials more, also after the end

Works after any kind of end, a crash or a power cut too: everything comes from the database.
`;

export function resumeCommand(program: Command, io: Io): void {
  const command = program
    .command("resume")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .addOption(dbOption())
    .option("--trials <n>", "a larger budget: +20 for 20 trials more, 60 for 60 in all", moreTrials)
    .option("--workers <n>", "local worker processes (default: from the sweep file)", count)
    .option("--engine <name>", "training engine (default: from the sweep file; see seqtune doctor)");
  natsOptions(viewOptions(command), "to train on its workers")
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: ResumeFlags) => {
      const { trials } = flags;
      const { study, sweep } = withStore(io, flags, (store, file) => {
        const found = findStudy(store, name, file);
        const stored = parseStoredSweep(found.config);
        if (!stored.ok) throw new UserError(stored.message);
        const raised = trials && withMoreTrials(store, found, stored.sweep, trials);
        return { study: found, sweep: raised ?? stored.sweep };
      });
      const db = dbFile(io, flags);
      const workers = overrides(flags);
      const lab = labOfRun(io, flags);
      const options = { db, workers, ...(lab === null ? {} : { lab }), ...(trials && { trials }) };
      await driveAndShow(io, flags, sweep, options, (run) => resumeStudy(study.name, { ...options, ...run }));
    });
}

function moreTrials(text: string): MoreTrials {
  const [, plus, digits] = /^(\+?)([1-9]\d{0,6})$/.exec(text) ?? [];
  if (digits === undefined)
    throw new InvalidArgumentError("It must be how many more, such as +20, or in all, such as 60.");
  return { kind: plus === "+" ? "more" : "total", count: Number(digits) };
}
