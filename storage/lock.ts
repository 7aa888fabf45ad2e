import Database from "better-sqlite3";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { isBusy, translate } from "./sqlite/translate.ts";

const ownerSchema = z.object({ pid: z.int(), host: z.string() });
export type LockOwner = Readonly<z.infer<typeof ownerSchema>>;

/** Another process drives the study. `owner` is `null` in the moment before it has written who it is. */
export class StudyLocked extends Error {
  readonly key: string;
  readonly owner: LockOwner | null;

  constructor(key: string, owner: LockOwner | null) {
    const who = owner === null ? "another process" : `process ${owner.pid} on ${owner.host}`;
    super(`study ${key} is being run by ${who} already; wait for it, or end it with: seqtune stop`);
    this.name = "StudyLocked";
    this.key = key;
    this.owner = owner;
  }
}

export interface StudyLock {
  release(): void;
}

/** The open locks of this process. Without a reference SQLite's handle would be collected, and closed, in mid-run. */
const held = new Set<Database.Database>();

/** Long enough for two that try at the same moment to see each other off, in milliseconds. */
const PATIENCE = 250;

/**
 * Makes this process the only one that drives the study with this key in the database `file`. Throws
 * `StudyLocked`, or `StoreError` when the folder `<file>.locks` cannot be used.
 *
 * The lock is the one that SQLite takes on a file of its own for an exclusive transaction: the kernel frees it
 * when the process dies, however it dies, so there is nothing to clean up and no age to guess.
 */
export function lockStudy(file: string, key: string, owner: LockOwner): StudyLock {
  const place = path.join(`${path.resolve(file)}.locks`, key);
  let db: Database.Database | undefined;
  try {
    mkdirSync(path.dirname(place), { recursive: true });
    db = new Database(`${place}.lock`, { timeout: PATIENCE });
    db.exec("BEGIN EXCLUSIVE");
    writeFileSync(`${place}.owner`, JSON.stringify(owner));
  } catch (error) {
    db?.close();
    throw isBusy(error)
      ? new StudyLocked(key, readOwner(`${place}.owner`))
      : translate(error, `${place}.lock`);
  }
  return hold(db);
}

function hold(db: Database.Database): StudyLock {
  held.add(db);
  return {
    release: () => {
      held.delete(db);
      db.close();
    },
  };
}

/** The note beside the lock. It only serves the message, so one that is missing or unreadable is no error. */
function readOwner(note: string): LockOwner | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(note, "utf8")));
  } catch {
    return null;
  }
}

/**
 * Does a process drive the study now? Looks without taking the lock, so it never stands in the way of one that
 * does. True also when that is unknown.
 */
export function isStudyLocked(file: string, key: string): boolean {
  const place = path.join(`${path.resolve(file)}.locks`, `${key}.lock`);
  if (!existsSync(place)) return false;
  try {
    const db = new Database(place, { readonly: true, fileMustExist: true, timeout: 0 });
    try {
      db.prepare("SELECT count(*) FROM sqlite_master").get();
      return false;
    } finally {
      db.close();
    }
  } catch {
    return true;
  }
}
