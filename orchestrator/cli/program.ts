import { Command, CommanderError, Help, Option } from "commander";
import { version } from "../../worker/version.ts";
import { exitCodes } from "../errors.ts";
import { commands, type Entry } from "./command-list.ts";
import { firstSign } from "./first-sign.ts";
import type { Io } from "./io.ts";

const footer = `
Exit codes:
  ${exitCodes.ok}    done
  ${exitCodes.usage}    invalid input: a file, an option, a name or a database
  ${exitCodes.nothingTrained}    the study ended and no trial has a value
  ${exitCodes.internal}    internal error, a bug in seqtune (SEQTUNE_DEBUG=1 prints the stack)
  ${exitCodes.interrupted}  interrupted; continue with seqtune resume

Environment:
  SEQTUNE_DB     database of studies (default: seqtune.db in this folder)
  NO_COLOR       any value: no colors
  SEQTUNE_DEBUG  1: print the stack of internal errors

Start here:
  $ seqtune run configs/quickstart.yaml
`;

type Asked = Entry & { readonly name: string };

const commandersHelp = new Help();

/** As commander describes options, but for defaults that are empty: an option that collects values begins with none. */
function optionDescription(option: Option): string {
  const { defaultValue } = option;
  const isEmpty =
    defaultValue === "" ||
    (typeof defaultValue === "object" && defaultValue !== null && Object.keys(defaultValue).length === 0);
  return commandersHelp.optionDescription(isEmpty ? new Option(option.flags, option.description) : option);
}

/** The program without its commands. */
function bareProgram(io: Io): Command {
  return new Command("seqtune")
    .description("Hyperparameter sweeps for LSTMs: a YAML file in, a leaderboard out.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .showHelpAfterError("(--help shows what is allowed)")
    .configureHelp({ optionDescription })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, "seqtune: ")),
    })
    .addHelpText("after", footer);
}

/** The command line with the one command that is asked for: the others' code is not loaded. */
async function programOf(io: Io, args: readonly string[], { name, load, summary }: Asked): Promise<Command> {
  const program = bareProgram(io);
  const clear = firstSign(io, name, args);
  try {
    (await load())(program, io);
  } finally {
    clear();
  }
  program.commands.find((command) => command.name() === name)?.description(summary);
  return program;
}

/** The command line with every command's name and summary, for its help and for names that are none. */
function programOfNames(io: Io): Command {
  const program = bareProgram(io).configureHelp({
    subcommandTerm: (command) =>
      [command.name(), commands[command.name()]?.takes ?? command.usage()].join(" "),
  });
  for (const [name, { summary }] of Object.entries(commands)) program.command(name).description(summary);
  return program;
}

/** The command that is asked for: the first word, or with `help` the second. */
function askedCommand(args: readonly string[]): string | undefined {
  const words = args.filter((arg) => !arg.startsWith("-"));
  return words[0] === "help" ? words[1] : words[0];
}

/** Runs one command line (without `node seqtune`). Never rejects; the result is the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  try {
    const asked = askedCommand(args) ?? "";
    const entry = Object.hasOwn(commands, asked) ? commands[asked] : undefined;
    const program =
      entry === undefined ? programOfNames(io) : await programOf(io, args, { ...entry, name: asked });
    await program.parseAsync(args, { from: "user" });
    return io.exitCode;
  } catch (error) {
    // Commander has said what is wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const { failureOf } = await import("./failures.ts"); // and with it whatever can fail
    const failure = failureOf(error, io.env["SEQTUNE_DEBUG"] === "1");
    io.stderr.write(`${failure.text}\n`);
    return failure.exitCode;
  }
}
