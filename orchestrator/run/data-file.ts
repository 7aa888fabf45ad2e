import { readFile } from "node:fs/promises";
import path from "node:path";
import { DataError } from "../../worker/data/errors.ts";
import { asCsv } from "../../worker/data/formats/as-csv.ts";
import { joinFiles } from "../../worker/data/formats/join-files.ts";
import { readingOf, type Reading } from "../../worker/protocol/file-settings.ts";
import { UserError } from "../errors.ts";
import { unreadable } from "./unreadable.ts";

type FileSettings = Reading & { readonly sheet?: string | undefined };

/**
 * A sweep's data as the bytes of one CSV file, whatever format it is in. `file` may be a pattern such as data/*.csv: several
 * files are joined. Throws `UserError` in words.
 */
export async function readData(file: string, settings: FileSettings = {}): Promise<Uint8Array> {
  const files = await filesOf(file);
  const [only] = files;
  if (files.length === 1) return await csvBytes(only!, settings);
  const named: { name: string; bytes: Uint8Array }[] = [];
  for (const each of files) named.push({ name: path.basename(each), bytes: await csvBytes(each, settings) });
  return withDataFile(file, () => joinFiles(named, readingOf(settings)));
}

async function csvBytes(file: string, { sheet }: FileSettings): Promise<Uint8Array> {
  const bytes = await bytesOf(file);
  return await withDataFile(file, () => asCsv(bytes, { sheet }));
}

/** In order of their names; more than one only where `file` is a pattern and no file's name. */
async function filesOf(file: string): Promise<string[]> {
  if (!/[*?{[]/.test(file)) return [file];
  const { glob, isDynamicPattern } = await import("tinyglobby");
  if (!isDynamicPattern(file) || (await bytesOf(file).catch(() => null)) !== null) return [file];
  const found = await glob(file.replaceAll(path.win32.sep, "/"), { absolute: true });
  if (found.length > 0) return found.toSorted();
  throw new UserError(
    `no file matches ${file}; give the path of a data file or a pattern, in a sweep under data.file`,
  );
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new UserError(
      `the data file ${file} ${unreadable(cause)}; give the path of a data file, in a sweep under data.file`,
      {
        cause,
      },
    );
  }
}

/** Does something with what `file` holds; where it cannot be used, the error says in which file. */
export async function withDataFile<T>(file: string, use: () => T | Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof DataError) throw new DataError(`${file}: ${error.message}`, error);
    if (error instanceof UserError && error.cause instanceof DataError) {
      throw new UserError(`${file}: ${error.message}`, { cause: error.cause });
    }
    throw error;
  }
}
