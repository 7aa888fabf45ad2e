import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, Trial } from "../../storage/store.ts";
import { protocolVersion, type InputImportanceAssignment } from "../../worker/protocol/assignment.ts";
import type { InputImportance } from "../../worker/protocol/input-importance.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { localWorkers } from "../questions/local-workers.ts";
import { blobFolderOf } from "../run/blob-folder.ts";
import { withDataFile } from "../run/data-file.ts";
import { findFinalists, sweepToEvaluate } from "../run/evaluate-study.ts";
import { planOf } from "../run/plan-of.ts";
import { requireStudy } from "../run/require-study.ts";

export interface InputImportanceOptions {
  readonly db: string;
  /** How often each input is shuffled: 2 to 1000. */
  readonly repeats: number;
  /** Default: the sweep's. */
  readonly engine?: string;
  readonly signal?: AbortSignal;
}

/** What each input is worth to a study's best model. The shape of `importance --inputs --json`: fields are added, never changed. */
export interface StudyInputImportance {
  readonly study: string;
  readonly goal: Study["goal"];
  readonly trial: number;
  readonly split: "validation";
  readonly inputs: InputImportance;
}

/** Shuffles each input of the best trial's model on the validation samples, by the study's seed. Throws `DataError`, `UserError`. */
export async function studyInputImportance(
  name: string | null,
  options: InputImportanceOptions,
): Promise<StudyInputImportance> {
  const store = openStore(options.db, { readonly: true });
  try {
    const study = requireStudy(store, name, options.db);
    const sweep = sweepToEvaluate(study);
    const [best] = findFinalists(store, study, 1);
    const trial = best!;
    const workers = localWorkers({
      blobFolder: blobFolderOf(options.db),
      engine: options.engine ?? sweep.workers.engine,
    });
    const assignment = assignmentOf(study, sweep, trial, options.repeats);
    const signal = options.signal ?? new AbortController().signal;
    const [messages = []] = await withDataFile(study.data.file, () => workers([assignment], signal));
    const scored = messages.find((message) => message.kind === "inputs_scored");
    if (scored === undefined) throw new UserError("the worker sent no importance of inputs");
    const { goal } = study;
    return { study: study.name, goal, trial: trial.number, split: "validation", inputs: scored.found };
  } finally {
    store.close();
  }
}

function assignmentOf(
  study: Study,
  sweep: Sweep,
  { number, model, params }: Trial,
  repeats: number,
): InputImportanceAssignment {
  if (model === null) throw new Error(`trial ${number} has no model`);
  const data = { sha256: study.data.sha256, bytes: study.data.bytes };
  return {
    kind: "score_inputs",
    version: protocolVersion,
    ref: { study: study.key, trial: number, attempt: 1 },
    settings: planOf(sweep, data).settingsFor(params),
    data,
    seed: study.seed,
    model: { sha256: model.sha256, bytes: model.bytes },
    metric: { name: study.metric, goal: study.goal },
    repeats,
  };
}
