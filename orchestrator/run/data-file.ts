import { readFile } from "node:fs/promises";
import { DataError } from "../../worker/data/errors.ts";
import { UserError } from "../errors.ts";

/** The bytes of a sweep's data file. Throws `UserError` in words. */
export async function readData(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : null;
    const what = code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : "cannot be read";
    throw new UserError(`the data file ${file} ${what}; put the path of a CSV file under data.file`, {
      cause,
    });
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
