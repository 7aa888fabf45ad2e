import { openStore } from "../../storage/sqlite/open.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { UserError } from "../errors.ts";
import { blobFolderOf } from "../run/blob-folder.ts";
import { sweepToEvaluate } from "../run/evaluate-study.ts";
import { refitModel } from "../run/retrain-trial.ts";
import { requireEmptyFolder } from "./empty-folder.ts";
import { exportModel, type ExportedModel, type ExportOptions } from "./export-model.ts";

export interface ExportRefitOptions extends Omit<ExportOptions, "bytes"> {
  readonly engine?: string;
  readonly signal: AbortSignal;
}

/** Trains a trial's configuration once more, on training and validation rows, and writes that model as a folder. Throws `UserError`. */
export async function exportRefit(options: ExportRefitOptions): Promise<ExportedModel> {
  const { db, study, trial, folder, signal } = options;
  const sweep = sweepToEvaluate(study);
  if (trial.model === null) {
    throw new UserError(
      `trial ${trial.number} of study ${study.name} has no model, so nothing says for how many epochs to train it: name one that has a value, see: seqtune leaderboard ${study.name}`,
    );
  }
  await requireEmptyFolder(folder);
  const store = openStore(db, { readonly: true });
  try {
    const how = { db, engine: options.engine ?? sweep.workers.engine, signal, at: systemClock.now() };
    const model = await refitModel(store, study, sweep, trial, how);
    const blobs = fileBlobs(blobFolderOf(db));
    const bytes = await blobs.get(model);
    await blobs.delete(model);
    return await exportModel({ db, study, trial, folder, bytes });
  } finally {
    store.close();
  }
}
