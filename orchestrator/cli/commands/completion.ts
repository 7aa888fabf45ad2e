import { Argument, Command } from "commander";
import { commands } from "../command-list.ts";
import { complete, type Candidate, type Completion } from "../completion/candidates.ts";
import { databaseNames } from "../completion/names.ts";
import { completionScript, shells, type Shell } from "../completion/scripts.ts";
import type { Io } from "../io.ts";
import { printable } from "../../views/text-width.ts";

const examples = `
Examples:
  $ seqtune completion fish > ~/.config/fish/completions/seqtune.fish
  $ eval "$(seqtune completion bash)"                                       in ~/.bashrc
  $ eval "$(seqtune completion zsh)"                                        in ~/.zshrc, after compinit

Commands, options, choices, names of studies and numbers of trials; the database is that of --db, SEQTUNE_DB, or seqtune.db in the folder.`;

export function completionCommand(program: Command, io: Io): void {
  program
    .command("completion")
    .addArgument(new Argument("<shell>", "shell to complete in").choices(shells))
    .argument("[words...]", "after --: the words typed so far; the last one is completed (for the scripts)")
    .addHelpText("after", examples)
    .action(async (shell: Shell, words: readonly string[]) => {
      if (words.length === 0) io.stdout.write(completionScript(shell));
      else io.stdout.write(lines(await completionOf(words, io)));
    });
}

/**
 * Asked at every press of Tab, so one command's code is loaded and no more. It never fails: an error would land on the line that
 * is being typed.
 */
async function completionOf(words: readonly string[], io: Io): Promise<Completion> {
  const [first = "", ...rest] = words;
  if (rest.length === 0) return { candidates: commandNames(), files: false };
  if (first === "help") return { candidates: rest.length === 1 ? commandNames() : [], files: false };
  const entry = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (entry === undefined) return { candidates: [], files: false };
  const program = new Command();
  (await entry.load())(program, io);
  const command = program.commands.find((one) => one.name() === first);
  return command === undefined
    ? { candidates: [], files: false }
    : complete(command, rest, databaseNames(io));
}

function commandNames(): readonly Candidate[] {
  const all = Object.entries(commands).map(([value, { summary }]) => ({ value, about: summary }));
  return [...all, { value: "help", about: "print help for a command" }];
}

function lines({ candidates, files }: Completion): string {
  const all = candidates.map(({ value, about }) => `${printable(value)}\t${printable(about)}\n`);
  return [...all, ...(files ? [":\n"] : [])].join("");
}
