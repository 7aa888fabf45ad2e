import type { Command } from "commander";
import { UserError } from "../../errors.ts";
import { findStudy } from "../find-study.ts";
import { print, type Io } from "../io.ts";
import { requiredLab } from "../lab-connection.ts";
import { renderFrame } from "../live/render.ts";
import { natsOptions, type NatsFlags } from "../nats-options.ts";
import { dbFile, dbOption, withStore, type DbOptions } from "../options.ts";
import { DatabaseWatched } from "../watch/of-database.ts";
import { LabWatched } from "../watch/of-lab.ts";
import { watchOnScreen, type Watched } from "../watch/watch.ts";

interface WatchFlags extends DbOptions, NatsFlags {
  readonly once?: true;
}

const examples = `
Examples:
  $ seqtune watch                  the study that changed last, from any terminal of this machine
  $ seqtune watch etth1 --once     print the screen once: for scripts and logs
  $ seqtune watch --nats nats://lab:4222 --creds lab/viewer.creds     what a lab publishes, from any machine

Keys: up and down mark a trial, enter opens it, s sorts, w shows the workers, x stops the marked trial, X the study, ? shows all keys, q quits.
Quitting never affects the study.`;

/** Lines of a screen that is printed. */
const printedRows = 40;
const printedColumns = 120;

export function watchCommand(program: Command, io: Io): void {
  const command = program
    .command("watch")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .option("--once", "print the screen once and exit")
    .addOption(dbOption());
  natsOptions(command, "to watch a study that is run elsewhere", { byFlag: true })
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: WatchFlags) => {
      const { stdin: input, stdout: output } = process;
      if (flags.once !== true && !(input.isTTY && output.isTTY))
        throw new UserError(
          "watch needs a terminal to draw on and keys from it; --once prints the screen once",
        );
      const watched = await watchedBy(name, flags, io);
      if (flags.once !== true) await watchOnScreen(watched, { input, output, colors: io.colors });
      else print(io, oneScreen(io, watched));
    });
}

async function watchedBy(name: string | undefined, flags: WatchFlags, io: Io): Promise<Watched> {
  // Named on the command line only: a lab in the environment does not hide the studies of this machine.
  if (flags.nats !== undefined || flags.lab !== undefined)
    return await LabWatched.open(requiredLab(io, flags), name, io.colors);
  const study = withStore(io, flags, (store, file) => findStudy(store, name, file).name);
  return new DatabaseWatched(dbFile(io, flags), study, io.colors);
}

function oneScreen(io: Io, watched: Watched): string {
  try {
    const snapshot = watched.look();
    if (snapshot === null) throw new UserError("the study is not in the database any more");
    const columns = Number.isFinite(io.columns) ? io.columns : printedColumns;
    const frame = { snapshot, notice: null, now: Date.now(), columns, inLab: false };
    const lines = renderFrame({ ...frame, rows: printedRows, colors: io.colors }).split("\n");
    // The last line says what Ctrl-C does to a run.
    return (snapshot.ended === null ? lines.slice(0, -2) : lines).join("\n");
  } finally {
    watched.close();
  }
}
