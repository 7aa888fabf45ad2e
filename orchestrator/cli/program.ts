import { Command, CommanderError } from "commander";
import { version } from "../../worker/version.ts";
import { exitCodes } from "../errors.ts";
import { commands } from "./command-list.ts";
import { failureOf } from "./failures.ts";
import type { Io } from "./io.ts";

const footer = `
Exit codes:
  ${exitCodes.ok}    done
  ${exitCodes.usage}    a mistake in what was given: a file, an option, a name, a database
  ${exitCodes.nothingTrained}    the study ended, and not one trial has a value
  ${exitCodes.internal}    a fault of seqtune (SEQTUNE_DEBUG=1 shows where)
  ${exitCodes.interrupted}  interrupted; seqtune resume goes on

Environment:
  SEQTUNE_DB     database of the studies, instead of seqtune.db in this folder
  NO_COLOR       no colours
  SEQTUNE_DEBUG  1: where in the code an unexpected error happened

Start here:
  $ seqtune run configs/quickstart.yaml
`;

/**
 * The command line: what every command is called and takes. `asked`: the one that is asked for; others are then
 * left out. Errors are thrown, see `runCli`.
 */
async function createProgram(io: Io, asked: string | undefined): Promise<Command> {
  const program = new Command("seqtune")
    .description("Hyperparameter sweeps for LSTMs: a YAML file in, a leaderboard out.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .showHelpAfterError("(--help shows what is allowed)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, "seqtune: ")),
    })
    .addHelpText("after", footer);
  const wanted = asked === undefined ? undefined : commands[asked];
  const loads = wanted === undefined ? Object.values(commands) : [wanted];
  for (const add of await Promise.all(loads.map((load) => load()))) add(program, io);
  return program;
}

/** Runs one command line (without `node seqtune`). Never rejects; the result is the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  try {
    const asked = args.find((arg) => !arg.startsWith("-"));
    const program = await createProgram(io, asked);
    await program.parseAsync(args, { from: "user" });
    return io.exitCode;
  } catch (error) {
    // Commander has said what is wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const failure = failureOf(error, io.env["SEQTUNE_DEBUG"] === "1");
    io.stderr.write(`${failure.text}\n`);
    return failure.exitCode;
  }
}
