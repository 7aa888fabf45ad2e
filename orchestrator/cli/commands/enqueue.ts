import { InvalidArgumentError, type Command } from "commander";
import { enqueueConfiguration } from "../../run/enqueue.ts";
import { print, type Io } from "../io.ts";
import { dbFile, dbOption, type DbOptions } from "../options.ts";

const examples = `
Examples:
  $ seqtune enqueue nightly learning_rate=0.003 hidden=64 optimizer=adam
  $ seqtune enqueue nightly "hidden=[32, 16]" learning_rate=0.01

Values are written as in a sweep file. Every parameter that applies needs one, except those with a single value. It is tried before the
sampler's own suggestions, and counts towards the budget.
`;

export function enqueueCommand(program: Command, io: Io): void {
  program
    .command("enqueue")
    .argument("<study>", "name of the study")
    .argument("<values...>", "name=value of each parameter", line)
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action((name: string, lines: readonly string[], flags: DbOptions) => {
      print(io, enqueueConfiguration(dbFile(io, flags), name, lines.join("\n")));
    });
}

/** As a line of a sweep file. */
function line(text: string, before: readonly string[] = []): readonly string[] {
  const [, key, value] = /^([^=\n]+)=([^\n]*)$/.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return [...before, `${JSON.stringify(key)}: ${value}`];
  throw new InvalidArgumentError("It must be name=value, as in hidden=32.");
}
