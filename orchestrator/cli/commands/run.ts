import { InvalidArgumentError, type Command } from "commander";
import type { Drive } from "../drive.ts";
import { firstLine } from "../first-line.ts";
import type { Io } from "../io.ts";
import { labOfRun } from "../lab-connection.ts";
import { natsOptions } from "../nats-options.ts";
import { backupOf, backupOption, count, dbFile, dbOption } from "../options.ts";
import { readSweepFile } from "../sweep-file.ts";
import { viewKind, viewOptions, type ViewOptions } from "../view-options.ts";
import { watched, type StudyWatch } from "../watched.ts";

interface RunFlags extends ViewOptions {
  readonly db?: string;
  readonly name?: string;
  readonly workers?: number;
  readonly engine?: string;
  readonly backupEvery?: number;
}

const examples = `
Examples:
  $ seqtune run configs/quickstart.yaml                 two local workers, a leaderboard at the end
  $ seqtune run sweep.yaml --workers 4 --name nightly
  $ seqtune run sweep.yaml --nats nats://lab:4222 --creds lab/coordinator.creds
  $ seqtune run sweep.yaml --json | jq 'select(.kind == "best")'

Ctrl-C once hands running trials back with their checkpoints and ends; twice ends at once. Either way
\`seqtune resume <study>\` continues it.
`;

export function runCommand(program: Command, io: Io): void {
  const command = program
    .command("run")
    .argument("<sweep.yaml>", "the sweep file (docs/sweep-file.md)")
    .addOption(dbOption())
    .option("--name <study>", "name of the study (default: the sweep's name, numbered if taken)", studyName)
    .option("--workers <n>", "local worker processes (default: from the sweep file)", count)
    .option("--engine <name>", "training engine (default: from the sweep file; see seqtune doctor)")
    .addOption(backupOption());
  natsOptions(viewOptions(command), "to train on its workers")
    .addHelpText("after", examples)
    .action(async (file: string, flags: RunFlags) => {
      await watched(io, flags, async (spoken, watch) => await run(spoken, file, flags, watch));
    });
}

async function run(io: Io, file: string, flags: RunFlags, watch: StudyWatch): Promise<void> {
  const sweep = await readSweepFile(file, io);
  const lab = labOfRun(io, flags);
  const clear = firstLine(io, viewKind(io, flags), sweep);
  // What trains is loaded only now.
  const { driveAndShow } = await import("../drive.ts");
  const { dataSettingsOf } = await import("../../run/look-at-data.ts");
  const { runSweep } = await import("../../run/run-sweep.ts");
  clear();
  if (sweep.program === undefined) dataSettingsOf(sweep); // an error here leaves no study behind
  const db = dbFile(io, flags);
  const options = {
    db,
    ...(lab === null ? {} : { lab }),
    ...backupOf(lab, flags),
    workers: overrides(flags),
    ...(flags.name === undefined ? {} : { name: flags.name }),
  };
  const drive: Drive = (more) => runSweep(sweep, { ...options, ...more });
  await driveAndShow(io, flags, sweep, { ...options, watch }, drive);
}

/** Only what was given: an absent key leaves the sweep file its say. */
export function overrides(flags: Pick<RunFlags, "workers" | "engine">): { count?: number; engine?: string } {
  return {
    ...(flags.workers === undefined ? {} : { count: flags.workers }),
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
  };
}

function studyName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be letters, digits, dots, - and _, at most 80 characters.");
}
