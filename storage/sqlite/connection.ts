import Database from "better-sqlite3";
import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { StoreError } from "../errors.ts";
import { PressedFile, Presser } from "./presser.ts";
import type { Durability } from "../store.ts";
import { checkSchema, migrate, requireSchema } from "./migrate.ts";
import { checkPlace } from "./preflight.ts";
import { isBusy, translate } from "./translate.ts";

/** Pages that a connection keeps in memory, KiB: SQLite's own default. The library's 16 MB fill over hours; the system keeps the file's pages, too. */
const CACHE = 2_000;

/** How long to wait for another process that writes before giving up, in milliseconds. */
const PATIENCE = 30_000;

/**
 * One open database. Transactions go through `read` and `write`, which turn errors into words; statements are
 * prepared once and kept.
 */
export class Connection {
  readonly file: string;
  private readonly db: Database.Database;
  private readonly statements = new Map<string, unknown>();
  private readonly transaction: Database.Transaction<(work: () => void) => void>;
  private durability: Durability | null = null;
  /** The file that was opened, whatever lies under its name later. */
  private readonly identity: string | null;
  private readonly log: PressedFile;
  private readonly presser: Presser;

  constructor(file: string, db: Database.Database) {
    this.file = file;
    this.log = new PressedFile(() => `${realpathSync(file)}-wal`); // SQLite follows links, too
    this.presser = new Presser(() => this.log.press());
    this.identity = identityOf(file);
    this.db = db;
    this.transaction = db.transaction((work: () => void) => work());
  }

  /**
   * The statement with this text. The types are the caller's word: the tables are STRICT, so a column has the
   * type its migration gives it.
   */
  sql<Params extends unknown[] | object = object, Row = never>(
    text: string,
  ): Database.Statement<Params, Row> {
    let statement = this.statements.get(text);
    if (statement === undefined) {
      statement = this.db.prepare(text);
      this.statements.set(text, statement);
    }
    return statement as Database.Statement<Params, Row>;
  }

  /** Everything that `work` reads is of one moment. */
  read<T>(work: () => T): T {
    let result!: T;
    this.translating(() => {
      this.transaction.deferred(() => {
        result = work();
      });
    });
    return result;
  }

  /**
   * `work` as a whole or not at all. Takes the place of the one writer first, so it never fails half-way for it. Where
   * the file was deleted or replaced meanwhile it is written, for `rescue`, and refused.
   */
  write<T>(durability: Durability, work: () => T): T {
    let result!: T;
    const isPart = this.db.inTransaction;
    this.translating(() => {
      if (!isPart) this.press(durability);
      this.transaction.immediate(() => {
        result = work();
      });
    });
    if (!isPart && !this.isInPlace()) throw gone(this.file);
    return result;
  }

  /** False: the open file is not the one under its name any more; what is written will not be found. */
  isInPlace(): boolean {
    return this.identity === null || identityOf(this.file) === this.identity;
  }

  /** Settles when all commits so far are on the disk: they are in the WAL, or were moved from it by a checkpoint, which waits. */
  async durable(): Promise<void> {
    if (this.identity === null) return; // in memory
    try {
      await this.presser.pressed();
    } catch (error) {
      throw translate(error, this.file);
    }
  }

  /** Writes all of the open database, deleted or not, to a new file. */
  async backup(file: string): Promise<void> {
    try {
      await this.db.backup(file);
    } catch (error) {
      throw translate(error, file);
    }
  }

  close(): void {
    this.log.close();
    this.translating(() => {
      this.db.close();
    });
  }

  /** A transaction within another has the other's durability. In WAL mode NORMAL leaves the moment of writing to the system, FULL waits for the disk at every commit. */
  private press(durability: Durability): void {
    if (durability === this.durability) return;
    this.db.pragma(`synchronous = ${durability === "power" ? "FULL" : "NORMAL"}`);
    this.durability = durability;
  }

  private translating(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw translate(error, this.file);
    }
  }
}

/** What a file is besides its name; `null` where there is none. */
function identityOf(file: string): string | null {
  const about = statSync(file, { throwIfNoEntry: false });
  return about === undefined ? null : `${about.dev} ${about.ino}`;
}

function gone(file: string): StoreError {
  return new StoreError(
    "gone",
    file,
    `${file} was deleted, moved or replaced while this study wrote to it; nothing more is acknowledged`,
  );
}

/** Opens (and unless `readonly` or `existing` creates, unless `readonly` migrates) the database. Throws `StoreError`. */
export function connect(file: string, readonly: boolean, existing = readonly): Connection {
  const full = path.resolve(file);
  checkPlace(full, readonly, existing);
  let db: Database.Database | undefined;
  try {
    db = new Database(full, { readonly, timeout: PATIENCE });
    db.pragma("foreign_keys = ON");
    db.pragma(`cache_size = -${CACHE}`);
    if (readonly) requireSchema(db, full);
    else prepareToWrite(db, full);
    return new Connection(full, db);
  } catch (error) {
    db?.close();
    throw translate(error, full);
  }
}

/** An empty database in memory. */
export function connectMemory(): Connection {
  const name = ":memory:";
  const db = new Database(name);
  db.pragma("foreign_keys = ON");
  migrate(db, name);
  return new Connection(name, db);
}

function prepareToWrite(db: Database.Database, file: string): void {
  // Before the first change: the file may belong to another program.
  checkSchema(db, file);
  useWal(db);
  // A reader that stays long lets the WAL grow; this is what it shrinks back to.
  db.pragma("journal_size_limit = 67108864");
  migrate(db, file);
}

/** The change to WAL needs a moment alone, and SQLite does not wait for it by itself. */
function useWal(db: Database.Database): void {
  const pause = 10;
  for (let waited = 0; ; waited += pause) {
    try {
      db.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error) || waited > PATIENCE) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}
