import Database from "better-sqlite3";

/** The version of SQLite itself. Throws when the native module does not load. */
export function sqliteVersion(): string {
  const db = new Database(":memory:");
  try {
    return String(db.prepare("SELECT sqlite_version()").pluck().get());
  } finally {
    db.close();
  }
}
