import { StoreError } from "../errors.ts";
import { DamagedColumn } from "./json.ts";

/** The error in words, when it is one of SQLite or of the file system that a user can do something about. */
export function translate(error: unknown, file: string): unknown {
  if (error instanceof DamagedColumn) {
    const message = `${file} is damaged (${error.message}); restore it from a copy, or choose another --db`;
    return new StoreError("damaged", file, message, { cause: error });
  }
  const code = codeOf(error);
  if (code === null || error instanceof StoreError) return error;
  const cause = { cause: error };
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) {
    return new StoreError("disk", file, `the disk that holds ${file} is full (${code}). ${KEPT}`, cause);
  }
  if (/^(SQLITE_IOERR|EIO|EFBIG)/.test(code)) {
    const message = `the disk that holds ${file} is full or failing, it cannot be read or written (${code}). ${KEPT}`;
    return new StoreError("disk", file, message, cause);
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const message = `${file} is locked by another process; look for a stopped seqtune or an open database browser`;
    return new StoreError("busy", file, message, cause);
  }
  if (code.startsWith("SQLITE_NOTADB")) {
    return new StoreError("foreign", file, `${file} is not a SQLite database; choose another --db`, cause);
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    const message = `${file} is damaged (${messageOf(error)}); rescue what can be read with: sqlite3 ${file} .recover, or choose another --db`;
    return new StoreError("damaged", file, message, cause);
  }
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM|AUTH)|EACCES|EPERM|EROFS|ENOTDIR|EISDIR|ENOENT|EEXIST)/.test(code)) {
    const message = `${file} cannot be opened or written (${code}); it and its folder must be writable, also for reading, because SQLite keeps two files beside it: copy it elsewhere, or choose another --db`;
    return new StoreError("unusable", file, message, cause);
  }
  return error;
}

const KEPT =
  "Everything recorded before is kept: make room, or move the database, then go on with: seqtune resume";

export function isBusy(error: unknown): boolean {
  return codeOf(error)?.startsWith("SQLITE_BUSY") ?? false;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
