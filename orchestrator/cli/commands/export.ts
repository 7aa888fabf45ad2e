import path from "node:path";
import { Option, type Command } from "commander";
import { defaultPlace, exportStudy, studyFormats, type StudyFormat } from "../../exports/export-study.ts";
import { readStudyRecord } from "../../exports/study-record.ts";
import { exportBaseline } from "../../result/export-baseline.ts";
import { exportModel, type ExportedModel, type ExportOptions } from "../../result/export-model.ts";
import { exportRefit } from "../../result/export-refit.ts";
import { plural } from "../../../worker/data/errors.ts";
import { seenText } from "../../result/seen-text.ts";
import { findStudy } from "../find-study.ts";
import { findTrial } from "../find-trial.ts";
import { note, print, printJson, type Io } from "../io.ts";
import { watchSignals } from "../live/interrupts.ts";
import { dbFile, dbOption, withStore, type DbOptions } from "../options.ts";

interface ExportFlags extends DbOptions {
  readonly to: "model" | StudyFormat;
  readonly baseline?: string;
  readonly refit?: true;
  readonly engine?: string;
  readonly out?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ seqtune export                         the best trial of the study that changed last
  $ seqtune export etth1 17 --out model
  $ seqtune export etth1 --refit           the best, trained again on training and validation rows
  $ seqtune export etth1 --baseline linear       a baseline that was better than every trial
  $ seqtune export etth1 --to optuna             the whole study as a file that Optuna opens
  $ seqtune export etth1 --to tensorboard --out logs

seqtune run and resume write the model of the best trial by themselves.

--to model (default) writes a folder: model.json and weights.bin for tf.loadLayersModel, model.safetensors for seqtune predict, how data is
prepared, where the model comes from, and a model card (docs/models.md). All others write the study with every trial and
report: optuna (SQLite), optuna-journal (JSON lines), tensorboard (curves and hyperparameters), csv and parquet (a folder with
the tables trials and reports), json (both in one file).
`;

export function exportCommand(program: Command, io: Io): void {
  program
    .command("export")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .argument("[trial]", "number of the trial, or best", "best")
    .addOption(
      new Option("--to <format>", "format to write").choices(["model", ...studyFormats]).default("model"),
    )
    .addOption(
      new Option(
        "--baseline <name>",
        "instead of a trial: fit this baseline of the leaderboard, such as linear, and write it to predict with",
      ).conflicts("to"),
    )
    .addOption(
      new Option(
        "--refit",
        "train the trial once more first, on training and validation rows, as long as was best on validation",
      ).conflicts(["to", "baseline"]),
    )
    .option("--engine <name>", "training engine for --refit (default: from the sweep file)")
    .option("--out <place>", "file or folder to write (default: named after the study, in this folder)")
    .option("--json", "one JSON object")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (name: string | undefined, wanted: string, flags: ExportFlags) => {
      if (flags.baseline !== undefined) {
        await exportOneBaseline(io, name, flags.baseline, flags);
        return;
      }
      if (flags.to !== "model") {
        await exportWhole(io, name, flags.to, flags);
        return;
      }
      const { study, trial } = withStore(io, flags, (store, file) => {
        const found = findStudy(store, name, file);
        return { study: found, trial: findTrial(store, found, wanted, "export") };
      });
      const place = `${study.name}-${trial.number}${flags.refit === true ? "-refit" : ""}`;
      const folder = path.resolve(io.cwd, flags.out ?? place);
      const of = { db: dbFile(io, flags), study, trial, folder };
      const written = flags.refit === true ? await refitted(io, of, flags.engine) : await exportModel(of);
      if (flags.json === true) printJson(io, written);
      else print(io, exportText(io, written));
    });
}

/** The only export that trains, and so the only one that Ctrl-C has to reach. */
async function refitted(io: Io, of: ExportOptions, engine: string | undefined): Promise<ExportedModel> {
  const signals = watchSignals(() => note(io, "\ninterrupted"));
  try {
    note(io, `training trial ${of.trial.number} again, on training and validation rows`);
    return await exportRefit({ ...of, signal: signals.finish, ...(engine !== undefined && { engine }) });
  } finally {
    signals.stop();
  }
}

async function exportOneBaseline(
  io: Io,
  name: string | undefined,
  baseline: string,
  flags: ExportFlags,
): Promise<void> {
  const study = withStore(io, flags, (store, file) => findStudy(store, name, file));
  const place = flags.out ?? `${study.name}-${baseline.replaceAll(" ", "-")}`;
  const folder = path.resolve(io.cwd, place);
  const written = await exportBaseline({ db: dbFile(io, flags), study, name: baseline, folder });
  if (flags.json === true) {
    printJson(io, { study: study.name, baseline: written.name, folder });
    return;
  }
  const shown = path.relative(io.cwd, folder) || ".";
  const what = `study ${study.name}, baseline ${written.name}, fitted on the training rows`;
  print(io, `${io.colors.bold(shown)}  ${what}\n  seqtune predict ${shown} new-data.csv`);
}

/** Reads the whole study before it writes: the database is not kept open while large files are written. */
async function exportWhole(
  io: Io,
  name: string | undefined,
  format: StudyFormat,
  flags: ExportFlags,
): Promise<void> {
  const record = withStore(io, flags, (store, file) => readStudyRecord(store, findStudy(store, name, file)));
  const { study, trials } = record;
  const place = path.resolve(io.cwd, flags.out ?? defaultPlace(study.name, format));
  const files = await exportStudy(record, format, place);
  if (flags.json === true) {
    printJson(io, { study: study.name, format, place, files, trials: trials.length });
    return;
  }
  const shown = path.relative(io.cwd, place) || ".";
  print(io, `${io.colors.bold(shown)}  study ${study.name}, ${plural(trials.length, "trial")}, as ${format}`);
}

function exportText(io: Io, { folder, provenance }: ExportedModel): string {
  const { study, trial, epoch } = provenance;
  const shown = path.relative(io.cwd, folder) || ".";
  if (!("networks" in provenance))
    return `${io.colors.bold(shown)}  study ${study.name}, trial ${trial}, output of epoch ${epoch}`;
  const { networks } = provenance;
  const what = networks === 1 ? "" : `, a committee of ${networks} networks`;
  const seen = provenance.refit === undefined ? "" : `, trained on ${seenText(provenance.refit)}`;
  return [
    `${io.colors.bold(shown)}  study ${study.name}, trial ${trial}, weights of epoch ${epoch}${what}${seen}`,
    `  seqtune predict ${shown} new-data.csv`,
  ].join("\n");
}
