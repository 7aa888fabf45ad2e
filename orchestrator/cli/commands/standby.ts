import type { Command } from "commander";
import { standBy } from "../../backup/standby.ts";
import { parseStoredSweep } from "../../config/sweep.ts";
import { exitCodes, UserError } from "../../errors.ts";
import { resumeStudy } from "../../run/run-sweep.ts";
import { printable } from "../../views/text-width.ts";
import { driveAndShow, type Drive } from "../drive.ts";
import { viewOptions, type ViewOptions } from "../view-options.ts";
import { watched, type StudyWatch } from "../watched.ts";
import { findStudy } from "../find-study.ts";
import { note, print, type Io } from "../io.ts";
import { requiredLab } from "../lab-connection.ts";
import { watchSignals } from "../live/interrupts.ts";
import { natsOptions } from "../nats-options.ts";
import { dbFile, dbOption, withStore } from "../options.ts";

const examples = `
Examples:
  $ seqtune run sweep.yaml --nats nats://lab:4222 --creds lab/coordinator.creds --backup-every 5m    one machine
  $ seqtune standby --nats nats://lab:4222 --creds lab/coordinator.creds                             another one

Waits for a study that is backed up (or the one named) to lose its coordinator, takes it over within half a minute, and runs
it to its end. A coordinator that was only cut off stands down when it is back. A database of an earlier take-over that lies in
the way is kept as DATABASE.until-TIME.
`;

export function standbyCommand(program: Command, io: Io): void {
  const command = program
    .command("standby")
    .argument("[study]", "name of the study (default: the first that needs it)")
    .addOption(dbOption());
  natsOptions(viewOptions(command), "such as nats://lab:4222")
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: ViewOptions) => {
      await watched(io, flags, async (spoken, watch) => await standby(spoken, name, flags, watch));
    });
}

/**
 * Two lives in one process: it waits as a spectator, and drives the study once it has it, with the view and the exit code that `run`
 * would have had. While it waits, what it says must not mix with the JSON that follows.
 */
async function standby(
  io: Io,
  name: string | undefined,
  flags: ViewOptions,
  watch: StudyWatch,
): Promise<void> {
  const lab = requiredLab(io, flags);
  const db = dbFile(io, flags);
  const say = flags.json === true || flags.quiet === true ? note : print;
  const notice = (message: string): void => {
    if (watch.log === null) say(io, printable(message));
    else watch.log.write("info", "standby", { message });
  };
  const signals = watchSignals(() => {});
  const end = await standBy({ lab, study: name ?? null, db, notice, signal: signals.finish });
  signals.stop();
  if (end.kind === "over") return notice(`study ${end.study} is over`);
  if (end.kind === "interrupted") {
    io.exitCode = exitCodes.interrupted;
    return;
  }
  const study = withStore(io, flags, (store, file) => findStudy(store, end.study, file));
  const stored = parseStoredSweep(study.config);
  if (!stored.ok) throw new UserError(stored.message);
  const options = { db, lab, backupEveryMs: end.everyMs };
  const drive: Drive = (more) => resumeStudy(study.name, { ...options, ...more });
  await driveAndShow(io, flags, stored.sweep, { ...options, watch }, drive);
}
