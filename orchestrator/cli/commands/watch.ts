import type { Command } from "commander";
import { UserError } from "../../errors.ts";
import { SnapshotReader } from "../../views/read-snapshot.ts";
import { findStudy } from "../find-study.ts";
import { print, type Io } from "../io.ts";
import { renderFrame } from "../live/render.ts";
import { dbFile, dbOption, withStore, type DbOptions } from "../options.ts";
import { lookAt, watchOnScreen } from "../watch/watch.ts";

interface WatchFlags extends DbOptions {
  readonly once?: true;
}

const examples = `
Examples:
  $ seqtune watch                  the study that changed last, from any terminal of this machine
  $ seqtune watch etth1 --once     print the screen once: for scripts and logs

Keys: up and down mark a trial, enter opens it, s sorts, w shows the workers, x stops the marked trial, X the study, ? shows all keys, q quits.
The study goes on whatever happens to this screen.`;

/** Lines of a screen that is printed. */
const printedRows = 40;
const printedColumns = 120;

export function watchCommand(program: Command, io: Io): void {
  program
    .command("watch")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .option("--once", "print the screen once and end")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: WatchFlags) => {
      const study = withStore(io, flags, (store, file) => findStudy(store, name, file).name);
      if (flags.once === true) {
        print(io, oneScreen(io, flags, study));
        return;
      }
      const { stdin: input, stdout: output } = process;
      if (!input.isTTY || !output.isTTY)
        throw new UserError(
          "watch needs a terminal to draw on and keys from it; --once prints the screen once",
        );
      await watchOnScreen({ db: dbFile(io, flags), study, input, output, colors: io.colors });
    });
}

function oneScreen(io: Io, flags: WatchFlags, name: string): string {
  return withStore(io, flags, (store, db) => {
    const seen = lookAt(store, new SnapshotReader(store), db, name);
    if (seen === null) throw new UserError(`study ${name} is gone from ${db}`);
    const columns = Number.isFinite(io.columns) ? io.columns : printedColumns;
    const frame = { snapshot: seen.snapshot, notice: null, now: Date.now(), columns, inLab: false };
    const lines = renderFrame({ ...frame, rows: printedRows, colors: io.colors }).split("\n");
    // The last line says what Ctrl-C does to a run.
    return (seen.snapshot.ended === null ? lines.slice(0, -2) : lines).join("\n");
  });
}
