import type { Command } from "commander";
import { parseStoredSweep } from "../../config/sweep.ts";
import { UserError } from "../../errors.ts";
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
}

const examples = `
Examples:
  $ seqtune resume                    the study changed last
  $ seqtune resume nightly --workers 4

Works after any kind of end, a crash or a power cut too: everything comes from the database.
`;

export function resumeCommand(program: Command, io: Io): void {
  const command = program
    .command("resume")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .addOption(dbOption())
    .option("--workers <n>", "local worker processes (default: from the sweep file)", count)
    .option("--engine <name>", "training engine (default: from the sweep file; see seqtune doctor)");
  natsOptions(viewOptions(command), "to train on its workers")
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: ResumeFlags) => {
      const study = withStore(io, flags, (store, file) => findStudy(store, name, file));
      const stored = parseStoredSweep(study.config);
      if (!stored.ok) throw new UserError(stored.message);
      const db = dbFile(io, flags);
      const workers = overrides(flags);
      const lab = labOfRun(io, flags);
      const options = { db, workers, ...(lab === null ? {} : { lab }) };
      await driveAndShow(io, flags, stored.sweep, options, (run) =>
        resumeStudy(study.name, { ...options, ...run }),
      );
    });
}
