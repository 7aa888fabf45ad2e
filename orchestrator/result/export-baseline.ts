import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Study } from "../../storage/store.ts";
import { listed } from "../../worker/data/errors.ts";
import { baselineFiles, type BaselineFile } from "../../worker/data/forecast/baseline-file.ts";
import { tableOf } from "../../worker/data/prepare.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { parseStoredSweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { blobFolderOf } from "../run/blob-folder.ts";
import { withDataFile } from "../run/data-file.ts";
import { dataSettingsOf } from "../run/look-at-data.ts";
import { figure } from "../views/numbers.ts";
import { isProgramStudy } from "./program-output.ts";
import { requireEmptyFolder } from "./empty-folder.ts";

/** What `seqtune predict` reads of an exported baseline. */
export const baselineFileName = "baseline.json";

export interface ExportBaselineOptions {
  readonly db: string;
  readonly study: Study;
  /** As the leaderboard names it; without the season it was found with, too. */
  readonly name: string;
  /** Made when it is not there; must be empty. */
  readonly folder: string;
}

/** Fits a baseline on the study's training rows and writes it as a folder that predicts like a model. Throws `UserError`. */
export async function exportBaseline({
  db,
  study,
  name,
  folder,
}: ExportBaselineOptions): Promise<BaselineFile> {
  if (isProgramStudy(study)) {
    throw new UserError(
      `study ${study.name} runs a program of yours, which knows its data: it has no baselines`,
    );
  }
  const stored = parseStoredSweep(study.config);
  if (!stored.ok) throw new UserError(stored.message);
  const settings = dataSettingsOf(stored.sweep);
  const { sha256, bytes } = study.data;
  const data = await fileBlobs(blobFolderOf(db)).get({ sha256, bytes });
  const files = await withDataFile(study.data.file, () => baselineFiles(tableOf(data, settings), settings));
  const file =
    files.find((one) => one.name === name) ?? files.find((one) => one.name.startsWith(`${name} (`));
  if (file === undefined) {
    const names = listed(files.map((one) => one.name));
    throw new UserError(`study ${study.name} has no baseline "${name}": name one of ${names}`);
  }
  await requireEmptyFolder(folder);
  await writeFile(path.join(folder, baselineFileName), `${JSON.stringify(file)}\n`);
  await writeFile(path.join(folder, "README.md"), card(file, study));
  return file;
}

function card({ name, settings }: BaselineFile, study: Study): string {
  const value = study.baselines.find((one) => one.name === name)?.value ?? null;
  const score =
    value === null ? "" : ` It has reached ${study.metric} ${figure(value)} on the validation rows.`;
  return `# ${study.name}, baseline ${name}

It predicts ${listed(settings.targets)} without a network. It was fitted on the training rows of
\`${path.basename(study.data.file)}\` (sha256 ${study.data.sha256}).${score}

\`\`\`
seqtune predict THIS_FOLDER new-data.csv
\`\`\`

\`${baselineFileName}\` holds what it has learned and how data is prepared for it.
`;
}
