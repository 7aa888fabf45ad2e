import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { blobFile } from "../../../worker/protocol/local/file-blobs.ts";
import { blobFolderOf } from "../../run/blob-folder.ts";
import { rangeMetric } from "../../lr-range/metric.ts";
import type { Study, StudyStore, Trial } from "../../../storage/store.ts";
import { trialView } from "../../views/trial.ts";
import { findStudy } from "../find-study.ts";
import { findTrial } from "../find-trial.ts";
import { note, print, printJson, type Io } from "../io.ts";
import { dbOption, withStore, type DbOptions } from "../options.ts";
import { trialText } from "../text/trial.ts";

const examples = `
Examples:
  $ seqtune show etth1 17
  $ seqtune show best              the best trial of the study that changed last
  $ seqtune show etth1 17 --json | jq '.curve[].value'
`;

export function showCommand(program: Command, io: Io): void {
  program
    .command("show")
    .usage("[options] [study] <trial>")
    .argument("[study]", "name of the study (default: the one that changed last)")
    .argument("[trial]", "number of the trial, or best")
    .option("--json", "one JSON object")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (first: string | undefined, second: string | undefined, options: ShowOptions) => {
      const [name, trial] = second === undefined ? [undefined, first] : [first, second];
      await show(name, trial, options, io);
    });
}

/** A lone number is that of a trial of the study that changed last, or else the name of a study, of which the best is meant. */
function find(
  store: StudyStore,
  file: string,
  name: string | undefined,
  wanted: string | undefined,
): { readonly study: Study; readonly trial: Trial } {
  const latest = findStudy(store, name, file);
  const isNumber = name === undefined && wanted !== undefined && /^\d{1,9}$/.test(wanted);
  const named = isNumber && store.trial(latest.id, Number(wanted)) === null ? store.findStudy(wanted) : null;
  const study = named ?? latest;
  return { study, trial: findTrial(store, study, named === null ? wanted : "best", "show") };
}

type ShowOptions = DbOptions & { readonly json?: true };

async function show(
  name: string | undefined,
  wanted: string | undefined,
  options: ShowOptions,
  io: Io,
): Promise<void> {
  const { study, trial } = withStore(io, options, (store, file) => {
    const { study, trial } = find(store, file, name, wanted);
    const blobs = path.resolve(blobFolderOf(file));
    const view = trialView(store, study, trial, (sha256) => {
      const weights = blobFile(blobs, sha256);
      return existsSync(weights) ? weights : null;
    });
    if (options.json) printJson(io, view);
    else print(io, trialText(view, io));
    const impossible = store.impossibleReports(study.id).filter((report) => report.trial === trial.number);
    if (impossible.length > 0)
      note(
        io,
        `note: ${impossible.length} recorded reports of this trial are of impossible epochs and left out here; ` +
          `seqtune resume ${study.name} also takes them out of its figures`,
      );
    return { study, trial };
  });
  if (study.metric !== rangeMetric.name || options.json) return;
  // Reads sweeps, which takes time to load and which no other study needs here.
  const { rangeTrialText } = await import("../text/range-trial.ts");
  withStore(io, options, (store) => print(io, `\n${rangeTrialText(store, study, trial.number, io)}`));
}
