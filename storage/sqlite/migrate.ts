import type Database from "better-sqlite3";
import { readdirSync, readFileSync } from "node:fs";
import { StoreError } from "../errors.ts";
import { nothingHere } from "./preflight.ts";

const FOLDER = new URL("../migrations/", import.meta.url);
/** "sqtn", set by the first migration. */
const APPLICATION_ID = 0x7371746e;

interface Migration {
  readonly version: number;
  readonly file: URL;
}

/**
 * Brings the schema up to date, all of it in one transaction; `user_version` is the number of the newest
 * migration applied. Any number of processes may do this at once. Throws `StoreError` as `checkSchema` does.
 */
export function migrate(db: Database.Database, file: string): void {
  const migrations = listMigrations();
  if (checkSchema(db, file) === migrations.length) return;
  db.transaction(() => {
    for (const migration of migrations.slice(checkSchema(db, file))) {
      db.exec(readFileSync(migration.file, "utf8"));
      db.pragma(`user_version = ${migration.version}`);
    }
  }).immediate();
}

/** For readers, who cannot migrate. Throws `StoreError` unless the schema is exactly the one this program knows. */
export function requireSchema(db: Database.Database, file: string): void {
  const known = listMigrations().length;
  const version = checkSchema(db, file);
  if (version === 0) throw new StoreError("missing", file, nothingHere(file));
  if (version < known) {
    throw new StoreError(
      "older",
      file,
      `${file} was written by an older seqtune (schema ${version}, this one needs ${known}); ` +
        "bring it up to date with a command that writes, such as: seqtune resume",
    );
  }
}

/** The schema version of the database, 0 for an empty one. Throws `StoreError` when it is not ours or newer. */
export function checkSchema(db: Database.Database, file: string): number {
  const known = listMigrations().length;
  const version = Number(db.pragma("user_version", { simple: true }));
  const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (!isEmpty && db.pragma("application_id", { simple: true }) !== APPLICATION_ID) {
    throw new StoreError("foreign", file, `${file} is a database of another program; choose another --db`);
  }
  if (version > known) {
    throw new StoreError(
      "newer",
      file,
      `${file} was written by a newer seqtune (schema ${version}, this one knows ${known}): ` +
        "update seqtune, or choose another --db",
    );
  }
  return version;
}

/** By number, from 1 without gaps. */
function listMigrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .filter((name) => /^\d{3}_.+\.sql$/.test(name))
    .sort()
    .map((name, index) => {
      const version = Number(name.slice(0, 3));
      if (version !== index + 1) throw new Error(`migration ${name} should have number ${index + 1}`);
      return { version, file: new URL(name, FOLDER) };
    });
}
