import { InvalidArgumentError, Option } from "commander";
import path from "node:path";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { durationSchema } from "../config/duration.ts";
import { UserError } from "../errors.ts";
import type { LabConnection } from "../lab/connection.ts";
import { readBestShare } from "../views/best-share.ts";
import type { Io } from "./io.ts";
import { shellWord } from "./text/shell-word.ts";

export interface DbOptions {
  readonly db?: string;
}

/** `--db FILE` for every command that reads or writes studies. */
export function dbOption(): Option {
  return new Option(
    "--db <file>",
    "database of the studies (default: SEQTUNE_DB, or seqtune.db in this folder)",
  );
}

/** The database to use, as an absolute path. */
export function dbFile(io: Io, { db }: DbOptions): string {
  return path.resolve(io.cwd, db ?? (io.env["SEQTUNE_DB"] || "seqtune.db"));
}

/** ` --db FILE` when a command to type later needs it to find the same database, else nothing. */
export function dbHint(io: Io, { db }: DbOptions): string {
  if (db === undefined || dbFile(io, { db }) === dbFile(io, {})) return "";
  return ` --db ${shellWord(db)}`;
}

/** Opens the database for reading, and closes it whatever happens. */
export function withStore<T>(io: Io, options: DbOptions, read: (store: StudyStore, file: string) => T): T {
  const file = dbFile(io, options);
  const store = openStore(file, { readonly: true });
  try {
    return read(store, file);
  } finally {
    store.close();
  }
}

/** The same for reading that takes time. */
export async function withStoreUntil<T>(
  io: Io,
  options: DbOptions,
  read: (store: StudyStore, file: string) => Promise<T>,
): Promise<T> {
  const file = dbFile(io, options);
  const store = openStore(file, { readonly: true });
  try {
    return await read(store, file);
  } finally {
    store.close();
  }
}

/** `--backup-every TIME` for commands that run a study in a lab. */
export function backupOption(): Option {
  return new Option(
    "--backup-every <time>",
    "with --nats: keep the study on the lab, with a snapshot at this interval (5m), so that another machine can take it over",
  ).argParser(duration);
}

/** Reads a duration such as 90s or 5m, as milliseconds. */
function duration(text: string): number {
  const value = durationSchema.safeParse(/^\d+$/.test(text) ? Number(text) : text).data;
  if (value !== undefined && value >= 1_000) return value;
  throw new InvalidArgumentError("It must be a duration of at least a second, such as 90s or 5m.");
}

/** `--best P` for what is asked of the best trials only. */
export function bestOption(): Option {
  return new Option(
    "--best <percent>",
    "importance among the best trials only, in percent (default: all trials)",
  ).argParser((text) => {
    const share = readBestShare(text);
    if (share !== null) return share;
    throw new InvalidArgumentError(
      "It must be a percentage above 0 and at most 100, such as 10 for the best 10 % of the trials.",
    );
  });
}

/** Reads an option that is a whole number of at least 1. */
export function count(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("It must be a whole number of at least 1.");
}

/** What `--backup-every` means for a study. Throws `UserError` where there is no lab to keep it. */
export function backupOf(
  lab: LabConnection | null,
  { backupEvery }: { readonly backupEvery?: number },
): { readonly backupEveryMs?: number } {
  if (backupEvery === undefined) return {};
  if (lab !== null) return { backupEveryMs: backupEvery };
  throw new UserError(
    "--backup-every keeps a study on a lab's server, and none is named (--nats URL); for a copy of this database: seqtune backup FILE",
  );
}
