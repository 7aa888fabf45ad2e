import path from "node:path";
import { Option, type Command } from "commander";
import type { Goal } from "../../../search/scores.ts";
import { readOptunaFile } from "../../../storage/optuna/read.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { plural } from "../../../worker/data/errors.ts";
import { systemClock } from "../../../worker/protocol/clock.ts";
import { allRankingMetrics } from "../../config/metrics.ts";
import { nameSchema } from "../../config/sections.ts";
import { UserError } from "../../errors.ts";
import { fromOptuna } from "../../imports/from-optuna.ts";
import { fromTable } from "../../imports/from-table.ts";
import type { ForeignHistory } from "../../imports/history.ts";
import { importStudy } from "../../imports/import-study.ts";
import { note, print, type Io } from "../io.ts";
import { dbFile, dbHint, dbOption, type DbOptions } from "../options.ts";
import { shellWord } from "../text/shell-word.ts";

interface ImportFlags extends DbOptions {
  readonly from: "optuna" | "csv";
  readonly study?: string;
  readonly name?: string;
  readonly metric?: string;
  readonly goal?: Goal;
}

const examples = `
Examples:
  $ seqtune import --from optuna optuna.db --metric val_mse
  $ seqtune import --from csv results.csv --metric loss --goal minimize --name before

The trials become a complete study: leaderboard, show, importance and export work on it, and a sweep learns from it
with known: {study: NAME}. Parameters keep their names; a sweep takes lr for its learning_rate.
`;

export function importCommand(program: Command, io: Io): void {
  program
    .command("import")
    .argument("<file>", "a SQLite file of Optuna 3 or later, or a CSV file with one trial per line")
    .addOption(
      new Option("--from <tool>", "tool that wrote the file")
        .choices(["optuna", "csv"])
        .makeOptionMandatory(),
    )
    .option("--study <name>", "study to import, if an Optuna file has several")
    .option("--name <name>", "name of the study here (default: the study's or the file's)")
    .option("--metric <name>", "metric of the trials' values (default: from the file)")
    .addOption(
      new Option("--goal <goal>", "direction (default: from the file or the metric)").choices([
        "minimize",
        "maximize",
      ]),
    )
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (given: string, flags: ImportFlags) => {
      const file = path.resolve(io.cwd, given);
      const history =
        flags.from === "optuna"
          ? fromOptuna(readOptunaFile(file, flags.study))
          : await fromTable(file, flags.metric);
      record(io, history, given, flags);
    });
}

function record(io: Io, history: ForeignHistory, source: string, flags: ImportFlags): void {
  const metric = flags.metric ?? history.metric;
  if (metric === null)
    throw new UserError(
      `${source} does not say which metric its value is; add one, such as --metric val_mse`,
    );
  const known = allRankingMetrics.find(({ name }) => name === metric);
  const goal = flags.goal ?? history.goal ?? known?.goal;
  if (goal === undefined)
    throw new UserError(`say which ${metric} is better: --goal minimize or --goal maximize`);
  if (known !== undefined && known.goal !== goal) {
    throw new UserError(
      `the goal of ${metric} is to ${known.goal} it, but ${source} has ${goal}; name another --metric`,
    );
  }
  const name =
    flags.name ??
    (history.name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "") || "imported");
  if (!nameSchema.safeParse(name).success) {
    throw new UserError(
      `"${name}" cannot be a study's name: letters, digits, dots, - and _, at most 80; add --name`,
    );
  }
  const store = openStore(dbFile(io, flags));
  try {
    const at = systemClock.now();
    importStudy(store, history, { name, metric, goal, source, at });
    for (const text of history.notes) note(io, text);
    print(io, `${io.colors.bold(name)}  ${plural(history.trials.length, "trial")} by ${metric}, to ${goal}`);
    print(io, `  seqtune leaderboard ${shellWord(name)}${dbHint(io, flags)}`);
  } finally {
    store.close();
  }
}
