import { InvalidArgumentError, type Command } from "commander";
import { parseStoredSweep } from "../../config/sweep.ts";
import { UserError } from "../../errors.ts";
import { withMoreTrials, type MoreTrials } from "../../run/raise-budget.ts";
import { resumeStudy } from "../../run/run-sweep.ts";
import { driveAndShow, type Drive } from "../drive.ts";
import { viewOptions, type ViewOptions } from "../view-options.ts";
import { watched, type StudyWatch } from "../watched.ts";
import { findStudy } from "../find-study.ts";
import { note, type Io } from "../io.ts";
import { labOfRun, requiredLab } from "../lab-connection.ts";
import { natsOptions } from "../nats-options.ts";
import { backupOf, backupOption, count, dbFile, dbOption, withStore } from "../options.ts";
import { overrides } from "./run.ts";

interface ResumeFlags extends ViewOptions {
  readonly db?: string;
  readonly workers?: number;
  readonly engine?: string;
  readonly trials?: MoreTrials;
  readonly backupEvery?: number;
  readonly fromLab?: boolean;
}

const examples = `
Examples:
  $ seqtune resume                    the study that changed last
  $ seqtune resume nightly --workers 4
  $ seqtune resume nightly --trials +20      20 trials more, also after the end

  $ seqtune resume --from-lab nightly --nats nats://lab:4222 --creds lab/coordinator.creds
                                      on another machine: a study that was run with --backup-every

Works after any kind of end, including a crash or a power cut: everything comes from the database.
`;

export function resumeCommand(program: Command, io: Io): void {
  const command = program
    .command("resume")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .addOption(dbOption())
    .option("--trials <n>", "a larger budget: +20 for 20 trials more, 60 for 60 in all", moreTrials)
    .option("--workers <n>", "local worker processes (default: from the sweep file)", count)
    .option("--engine <name>", "training engine (default: from the sweep file; see seqtune doctor)")
    .option("--from-lab", "take over a study from its backup in the lab (--backup-every)")
    .addOption(backupOption());
  natsOptions(viewOptions(command), "to train on its workers")
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: ResumeFlags) => {
      await watched(io, flags, async (spoken, watch) => await resume(spoken, name, flags, watch));
    });
}

async function resume(
  io: Io,
  name: string | undefined,
  flags: ResumeFlags,
  watch: StudyWatch,
): Promise<void> {
  const { trials } = flags;
  const taken = flags.fromLab === true ? await takenOver(io, name, flags) : name;
  const { study, sweep } = withStore(io, flags, (store, file) => {
    const found = findStudy(store, taken, file);
    const stored = parseStoredSweep(found.config);
    if (!stored.ok) throw new UserError(stored.message);
    // Checked here, where the error has a terminal; `resumeStudy` records it under the study's lock.
    const raised = trials && withMoreTrials(store, found, stored.sweep, trials);
    return { study: found, sweep: raised ?? stored.sweep };
  });
  const lab = labOfRun(io, flags);
  const options = {
    db: dbFile(io, flags),
    workers: overrides(flags),
    ...(lab === null ? {} : { lab }),
    ...backupOf(lab, flags),
    ...(trials && { trials }),
  };
  const drive: Drive = (more) => resumeStudy(study.name, { ...options, ...more });
  await driveAndShow(io, flags, sweep, { ...options, watch }, drive);
}

function moreTrials(text: string): MoreTrials {
  const [, plus, digits] = /^(\+?)([1-9]\d{0,6})$/.exec(text) ?? [];
  if (digits === undefined)
    throw new InvalidArgumentError("It must be how many more, such as +20, or in all, such as 60.");
  return { kind: plus === "+" ? "more" : "total", count: Number(digits) };
}

/** Brings the study here from the lab; returns its name. */
async function takenOver(io: Io, name: string | undefined, flags: ResumeFlags): Promise<string> {
  const lab = requiredLab(io, flags);
  const { restoreFromLab } = await import("../../backup/restore.ts");
  const notice = (message: string): void => note(io, `note: ${message}`);
  const { study } = await restoreFromLab({ lab, study: name ?? null, db: dbFile(io, flags), notice });
  return study;
}
