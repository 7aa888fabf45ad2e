import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { readTrainedModel } from "../../worker/model/trained-model.ts";
import { BlobDamaged, BlobMissing } from "../../worker/protocol/blobs.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { blobFolderOf } from "../run/blob-folder.ts";
import { UserError } from "../errors.ts";
import { requireEmptyFolder } from "./empty-folder.ts";
import { modelCard } from "./model-card.ts";
import { modelFileName, pipelineFile, tensorFlowFiles } from "./model-files.ts";
import { isProgramStudy, programContent, type ProgramProvenance } from "./program-output.ts";
import { provenanceOf, type Provenance } from "./provenance.ts";

/** Whose model goes where. */
export interface ExportOptions {
  readonly db: string;
  readonly study: Study;
  readonly trial: Trial;
  /** Made when it is not there; must be empty. */
  readonly folder: string;
  /** The model file to write, where it is not the one that the trial left: that of a refit. */
  readonly bytes?: Uint8Array;
}

/** What was written, and where the model comes from. */
export interface ExportedModel {
  readonly folder: string;
  readonly files: readonly string[];
  readonly provenance: Provenance | ProgramProvenance;
}

/** What lies in a model's folder: the files by name, and where the model comes from. */
export interface ModelContent {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly provenance: Provenance | ProgramProvenance;
}

/** Writes a trial's model as a folder. Throws `UserError`. */
export async function exportModel({ folder, ...of }: ExportOptions): Promise<ExportedModel> {
  const { files, provenance } = await modelContent(of);
  await requireEmptyFolder(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return { folder, files: Object.keys(files), provenance };
}

/**
 * A trial's model as files: TF.js LayersModel, the weights as trained, how data is prepared for it, where it comes
 * from, and a model card. Throws `UserError`.
 */
export async function modelContent({
  db,
  study,
  trial,
  bytes: given,
}: Omit<ExportOptions, "folder">): Promise<ModelContent> {
  const bytes = given ?? (await modelBytes(db, study, trial));
  if (isProgramStudy(study)) return programContent(study, trial, bytes);
  const model = readTrainedModel(bytes);
  const provenance = withStore(db, (store) => provenanceOf(store, study, trial, model));
  const pipeline = pipelineFile(model);
  const files = {
    ...tensorFlowFiles(model),
    [modelFileName]: bytes,
    "pipeline.json": json(pipeline),
    "provenance.json": json(provenance),
    "README.md": modelCard(model, pipeline, provenance),
  };
  return { files, provenance };
}

async function modelBytes(db: string, study: Study, { number, model }: Trial): Promise<Uint8Array> {
  if (model === null) {
    const why = isProgramStudy(study)
      ? "has no output: its program left nothing in the folder SEQTUNE_OUTPUT"
      : `has no model: export one that has a value, see: seqtune leaderboard ${study.name}`;
    throw new UserError(`trial ${number} of study ${study.name} ${why}`);
  }
  try {
    return await fileBlobs(blobFolderOf(db)).get({ sha256: model.sha256, bytes: model.bytes });
  } catch (error) {
    if (error instanceof BlobMissing) {
      throw new UserError(
        `the weights of trial ${number} of study ${study.name} are not in ${blobFolderOf(db)}: only those of a study's best trials are kept, export one of them, such as: seqtune export ${study.name} best`,
      );
    }
    if (error instanceof BlobDamaged) throw new UserError(error.message);
    throw error;
  }
}

function withStore<T>(db: string, read: (store: StudyStore) => T): T {
  const store = openStore(db, { readonly: true });
  try {
    return read(store);
  } finally {
    store.close();
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
