import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";

/**
 * Makes a folder that only its owner may read, and those above it. Not by `mkdir` with `recursive`: Node 20 never
 * comes back from that where the system says that a folder which is there is not, as in /proc. Throws what the system
 * says.
 */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isFolder(folder)) throw error; // else another process was faster
  }
}

/** An error of the system about a folder as one sentence for the person who chose it; anything else as it is. */
export function folderTrouble(error: unknown, folder: string, todo: string): unknown {
  const code = codeOf(error) ?? codeOf(error instanceof Error ? error.cause : undefined);
  const why = code === null ? undefined : (reasons[code] ?? /^SQLITE_\w+/.exec(code)?.[0]);
  if (why === undefined) return error;
  return new UserError(`${folder} cannot be written (${why}); ${todo}`, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "the disk is read-only",
  ENOTDIR: "a file is in the way",
  EEXIST: "a file is in the way",
  ENOENT: "no folder can be made there",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  EIO: "the disk is failing",
};

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
