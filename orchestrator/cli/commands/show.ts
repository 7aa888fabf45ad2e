import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import type { Study, StudyStore, Trial } from "../../../storage/store.ts";
import { blobFile } from "../../../worker/protocol/local/file-blobs.ts";
import { UserError } from "../../errors.ts";
import { blobFolderOf } from "../../blob-folder.ts";
import { rangeMetric } from "../../lr-range/metric.ts";
import { totalTrials } from "../../views/counts.ts";
import { trialView } from "../../views/trial.ts";
import { findStudy } from "../find-study.ts";
import { print, printJson, type Io } from "../io.ts";
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
    .description("one trial: parameters, curve, metrics, attempts, and why it ended")
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

type ShowOptions = DbOptions & { readonly json?: true };

async function show(
  name: string | undefined,
  wanted: string | undefined,
  options: ShowOptions,
  io: Io,
): Promise<void> {
  const { study, trial } = withStore(io, options, (store, file) => {
    const study = findStudy(store, name, file);
    const trial = findTrial(store, study, wanted);
    const blobs = path.resolve(blobFolderOf(file));
    const view = trialView(store, study, trial, (sha256) => {
      const weights = blobFile(blobs, sha256);
      return existsSync(weights) ? weights : null;
    });
    if (options.json) printJson(io, view);
    else print(io, trialText(view, io));
    return { study, trial };
  });
  if (study.metric !== rangeMetric.name || options.json) return;
  // Reads sweeps, which takes time to load and which no other study needs here.
  const { rangeTrialText } = await import("../text/range-trial.ts");
  withStore(io, options, (store) => print(io, `\n${rangeTrialText(store, study, trial.number, io)}`));
}

function findTrial(store: StudyStore, study: Study, wanted: string | undefined): Trial {
  if (wanted === undefined) {
    throw new UserError(`say which trial, by its number or as best: seqtune show ${study.name} best`);
  }
  if (wanted === "best") return bestTrial(store, study);
  if (!/^\d{1,9}$/.test(wanted)) throw new UserError(notANumber(store, wanted));
  const trial = store.trial(study.id, Number(wanted));
  if (trial !== null) return trial;
  const total = totalTrials(store.counts(study.id));
  const known = total === 0 ? "it has none yet" : `its trials are 0 to ${total - 1}`;
  throw new UserError(`there is no trial ${wanted} in study ${study.name}; ${known}`);
}

function bestTrial(store: StudyStore, study: Study): Trial {
  const best = store.trials(study.id, { order: "rank", limit: 1 })[0];
  if (best !== undefined && best.value !== null) return best;
  throw new UserError(
    `no trial of study ${study.name} has a value yet; see: seqtune leaderboard ${study.name}`,
  );
}

function notANumber(store: StudyStore, wanted: string): string {
  const isStudy = store.findStudy(wanted) !== null;
  const advice = isStudy ? `; to see one of that study: seqtune show ${wanted} best` : ", or best";
  return `"${wanted}" is not the number of a trial: it must be 0, 1, 2, …${advice}`;
}
