import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { writeOptunaFile } from "../../storage/optuna/write.ts";
import { UserError } from "../errors.ts";
import { optunaJournal } from "./optuna-journal.ts";
import { type StudyRecord } from "./study-record.ts";
import { csvOf, jsonOf } from "./table-files.ts";
import { tablesOf } from "./tables.ts";
import { tensorboardFiles } from "./tensorboard/files.ts";
import { toOptuna } from "./to-optuna.ts";

/** What a study can be written as, and under which name when none is given. */
const formats = {
  optuna: { isFolder: false, ending: ".optuna.db" },
  "optuna-journal": { isFolder: false, ending: ".optuna.log" },
  tensorboard: { isFolder: true, ending: "-tensorboard" },
  csv: { isFolder: true, ending: "-csv" },
  parquet: { isFolder: true, ending: "-parquet" },
  json: { isFolder: false, ending: ".json" },
} as const;

export type StudyFormat = keyof typeof formats;

export const studyFormats: readonly StudyFormat[] = Object.keys(formats).filter(
  (name): name is StudyFormat => name in formats,
);

/** Where a study goes when no place is named. */
export function defaultPlace(study: string, format: StudyFormat): string {
  return `${study}${formats[format].ending}`;
}

/** Writes a study, and returns the files written. The place must not exist, or be an empty folder. Throws `UserError`. */
export async function exportStudy(
  record: StudyRecord,
  format: StudyFormat,
  place: string,
): Promise<readonly string[]> {
  await requireFree(place, formats[format].isFolder);
  const files = await filesOf(record, format);
  try {
    if (format === "optuna") {
      await mkdir(path.dirname(place), { recursive: true });
      writeOptunaFile(place, toOptuna(record));
      return [place];
    }
    return await write(place, files);
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new UserError(`${place} cannot be written (${why}); name another place with --out`, { cause });
  }
}

/** By their path below the place; "" is the place itself. */
async function filesOf(
  record: StudyRecord,
  format: StudyFormat,
): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const { trials, reports } = tablesOf(record);
  switch (format) {
    case "optuna":
      return new Map();
    case "optuna-journal":
      return new Map([["", optunaJournal(toOptuna(record))]]);
    case "tensorboard":
      return tensorboardFiles(record);
    case "csv":
      return new Map([
        ["trials.csv", csvOf(trials)],
        ["reports.csv", csvOf(reports)],
      ]);
    case "parquet": {
      const { parquetOf } = await import("./parquet.ts");
      return new Map([
        ["trials.parquet", parquetOf(trials)],
        ["reports.parquet", parquetOf(reports)],
      ]);
    }
    case "json": {
      const { name, metric, goal, seed, source, baselines, state, reason } = record.study;
      const about = { study: name, state, reason, metric, goal, seed, baselines, sweep: source };
      return new Map([["", jsonOf(about, { trials, reports })]]);
    }
    default:
      return format satisfies never;
  }
}

async function write(
  place: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const [name, content] of files) {
    const file = name === "" ? place : path.join(place, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content, { flag: "wx" });
    written.push(file);
  }
  return written;
}

async function requireFree(place: string, isFolder: boolean): Promise<void> {
  const found = await stat(place).catch(() => null);
  if (found === null) return;
  const isEmpty = isFolder && found.isDirectory() && (await readdir(place)).length === 0;
  if (isEmpty) return;
  const what = found.isDirectory() ? (isFolder ? "is not empty" : "is a folder") : "exists already";
  throw new UserError(`${place} ${what}; name another place with --out`);
}
