import path from "node:path";
import type { Command } from "commander";
import { exportModel, type ExportedModel } from "../../result/export-model.ts";
import { findStudy } from "../find-study.ts";
import { findTrial } from "../find-trial.ts";
import { print, printJson, type Io } from "../io.ts";
import { dbFile, dbOption, withStore, type DbOptions } from "../options.ts";

interface ExportFlags extends DbOptions {
  readonly out?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ seqtune export                         the best trial of the study that changed last
  $ seqtune export etth1 17 --out model

seqtune run and resume write that of the best trial by themselves.

Writes a folder: model.json and weights.bin for tf.loadLayersModel, model.safetensors for seqtune predict, how data is
prepared, where the model comes from, and a model card (docs/models.md).
`;

export function exportCommand(program: Command, io: Io): void {
  program
    .command("export")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .argument("[trial]", "number of the trial, or best", "best")
    .option("--out <folder>", "where to (default: STUDY-TRIAL in this folder)")
    .option("--json", "one JSON object")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (name: string | undefined, wanted: string, flags: ExportFlags) => {
      const { study, trial } = withStore(io, flags, (store, file) => {
        const found = findStudy(store, name, file);
        return { study: found, trial: findTrial(store, found, wanted, "export") };
      });
      const folder = path.resolve(io.cwd, flags.out ?? `${study.name}-${trial.number}`);
      const written = await exportModel({ db: dbFile(io, flags), study, trial, folder });
      if (flags.json === true) printJson(io, written);
      else print(io, exportText(io, written));
    });
}

function exportText(io: Io, { folder, provenance }: ExportedModel): string {
  const { study, trial, epoch, networks } = provenance;
  const shown = path.relative(io.cwd, folder) || ".";
  const what = networks === 1 ? "" : `, a committee of ${networks} networks`;
  return [
    `${io.colors.bold(shown)}  study ${study.name}, trial ${trial}, weights of epoch ${epoch}${what}`,
    `  seqtune predict ${shown} new-data.csv`,
  ].join("\n");
}
