import type { Command } from "commander";
import { stopOnLab } from "../../lab/stop-on-lab.ts";
import { stopStudy } from "../../run/stop-study.ts";
import { print, type Io } from "../io.ts";
import { requiredLab } from "../lab-connection.ts";
import { natsOptions, type NatsFlags } from "../nats-options.ts";
import { dbFile, dbOption, type DbOptions } from "../options.ts";
import { trialNumber } from "../trial-number.ts";

const examples = `
Examples:
  $ seqtune stop nightly        no more trials; running ones end and keep what they have
  $ seqtune stop nightly 17     only trial 17
  $ seqtune stop nightly --nats nats://lab:4222 --creds lab/coordinator.creds     from any machine

With --nats or --lab the request goes to the study's coordinator, on any machine. Stop a study that is not running on the
machine that has its database.
`;

export function stopCommand(program: Command, io: Io): void {
  const command = program
    .command("stop")
    .argument("<study>", "name of the study")
    .argument("[trial]", "number of the trial", trialNumber)
    .addOption(dbOption());
  natsOptions(command, "to stop a study that is run elsewhere", { byFlag: true })
    .addHelpText("after", examples)
    .action(async (name: string, trial: number | undefined, flags: DbOptions & NatsFlags) => {
      // Named on the command line only: a lab in the environment does not hide the studies of this machine.
      const isElsewhere = flags.nats !== undefined || flags.lab !== undefined;
      const words = isElsewhere
        ? await stopOnLab(requiredLab(io, flags), name, trial ?? null)
        : stopStudy(dbFile(io, flags), name, trial ?? null);
      print(io, words);
    });
}
