import type { Command } from "commander";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { byteSize } from "../../views/numbers.ts";
import { print, printJson, type Io } from "../io.ts";
import { dbOption, withStoreUntil, type DbOptions } from "../options.ts";
import { shownPath } from "../text/shell-word.ts";

const examples = `
Examples:
  $ seqtune backup studies-monday.db
  $ seqtune backup --db nightly.db /mnt/backup/nightly.db

The copy is consistent, also while a study writes to the database; models and checkpoints are not in it. A plain file copy of a database
in use may be broken. To continue from the copy: seqtune resume --db FILE.
`;

export function backupCommand(program: Command, io: Io): void {
  program
    .command("backup")
    .argument("<file>", "file to write; it must not exist")
    .addOption(dbOption())
    .option("--json", "one JSON object")
    .addHelpText("after", examples)
    .action(async (name: string, flags: DbOptions & { readonly json?: true }) => {
      const file = path.resolve(io.cwd, name);
      if (existsSync(file)) throw new UserError(`${file} exists already; choose another name for the backup`);
      if (!existsSync(path.dirname(file)))
        throw new UserError(`there is no folder ${path.dirname(file)}; make it, or choose another`);
      await withStoreUntil(io, flags, async (store, from) => {
        await store.backup(file);
        const studies = store.studies().length;
        const { size: bytes } = statSync(file);
        if (flags.json) printJson(io, { file, from, studies, bytes });
        else
          print(
            io,
            `${shownPath(io.cwd, file)}: ${studies} ${studies === 1 ? "study" : "studies"} of ${shownPath(io.cwd, from)}, ${byteSize(bytes)}`,
          );
      });
    });
}
