import path from "node:path";
import type { Command } from "commander";
import { openStore } from "../../../storage/sqlite/open.ts";
import { StudyExists, type Study, type StudyStore } from "../../../storage/store.ts";
import { makeStudy } from "../../asked/create.ts";
import { systemClock } from "../../../worker/protocol/clock.ts";
import { formatSweepErrors } from "../../config/errors.ts";
import { readAsked } from "../../config/load.ts";
import { readText } from "../../config/read-text.ts";
import type { Sweep } from "../../config/sweep.ts";
import { UserError } from "../../errors.ts";
import { print, printJson, type Io } from "../io.ts";
import { dbFile, dbHint, dbOption, type DbOptions } from "../options.ts";

interface CreateFlags extends DbOptions {
  readonly name?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ seqtune create space.yaml
  $ seqtune create space.yaml --name nightly --json

The file has metric, parameters, budget and optionally method, early_terminate and enqueue, as a sweep file does, and neither data nor
program: the programs that ask (seqtune ask) do the work and report the results (seqtune tell). See docs/library.md.
`;

export function createCommand(program: Command, io: Io): void {
  program
    .command("create")
    .argument("<space.yaml>", "sweep file without data and program (docs/library.md)")
    .option("--name <study>", "name of the study (default: the file's)")
    .option("--json", "one JSON object")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (file: string, flags: CreateFlags) => {
      const read = await readText(path.resolve(io.cwd, file));
      if (!read.ok) throw new UserError(`${file}: ${read.message}`);
      const loaded = readAsked(read.text, file);
      if (!loaded.ok) throw new UserError(`${file} makes no study:\n\n${formatSweepErrors(loaded.errors)}`);
      const { sweep } = loaded;
      const store = openStore(dbFile(io, flags));
      try {
        const study = made(store, flags.name ?? sweep.name, sweep);
        if (flags.json) printJson(io, { study: study.name, metric: sweep.metric, budget: sweep.budget });
        else
          print(
            io,
            `study ${study.name} is made; ask it with: seqtune ask ${study.name}${dbHint(io, flags)} --json`,
          );
      } finally {
        store.close();
      }
    });
}

/** Never a fresh name for one that is taken, as `run` makes: programs ask by the name they were given. */
function made(store: StudyStore, name: string, sweep: Sweep): Study {
  try {
    return makeStudy(store, name, sweep, systemClock);
  } catch (error) {
    if (!(error instanceof StudyExists)) throw error;
    const message = `a study named "${name}" exists already; choose another --name, or ask it with: seqtune ask ${name}`;
    throw new UserError(message, { cause: error });
  }
}
