import Database from "better-sqlite3";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StoreError, type StoreErrorKind } from "../../storage/errors.ts";
import { connect } from "../../storage/sqlite/connection.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { newStudy, wholeTrial } from "../support/study-writes.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-open-"));
  file = path.join(folder, "studies.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function refusal(work: () => unknown): { kind: StoreErrorKind; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** A database with one study of twenty trials. */
function fill(): void {
  const store = openStore(file);
  const { id } = store.createStudy(newStudy());
  for (let trial = 0; trial < 20; trial++) store.record(id, wholeTrial(trial, [0.5, 0.4]), "process");
  store.close();
}

function change(sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

const migrationCount = readdirSync(new URL("../../storage/migrations/", import.meta.url)).length;

describe("opening a database", () => {
  test("creates it in WAL mode, with its schema, once", () => {
    openStore(file).close();
    openStore(file).close();
    const db = new Database(file, { readonly: true });
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(db.pragma("user_version", { simple: true })).toBe(migrationCount);
    expect(db.pragma("foreign_key_check")).toEqual([]);
    const tables = db
      .prepare<[], { name: string; strict: number }>(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
      )
      .all();
    expect(tables.length).toBeGreaterThan(8);
    expect(tables.filter((table) => table.strict === 0)).toEqual([]);
    db.close();
  });

  test("the number of the schema is that of the newest migration", () => {
    openStore(file).close();
    const db = new Database(file, { readonly: true });
    expect(db.pragma("user_version", { simple: true })).toBe(migrationCount);
    db.close();
  });

  test("a reader sees what is there and cannot change it", () => {
    fill();
    const reader = openStore(file, { readonly: true });
    expect(reader.latestStudy()?.name).toBe("etth1");
    expect(refusal(() => reader.createStudy(newStudy({ name: "x" }))).kind).toBe("unusable");
    reader.close();
  });

  test("a reader makes no file where there is none", () => {
    expect(refusal(() => openStore(file, { readonly: true }))).toMatchObject({
      kind: "missing",
      message: expect.stringContaining("there are no studies in"),
    });
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(file, "");
    expect(refusal(() => openStore(file, { readonly: true })).kind).toBe("missing");
  });

  test.each([true, false])("of a newer version is refused and left alone (readonly: %s)", (readonly) => {
    fill();
    change("PRAGMA user_version = 7");
    const before = readFileSync(file);
    expect(refusal(() => openStore(file, { readonly }))).toMatchObject({
      kind: "newer",
      message: `${file} was written by a newer seqtune (schema 7, this one knows ${migrationCount}): update seqtune, or choose another --db`,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test.each([true, false])("of another program is refused and left alone (readonly: %s)", (readonly) => {
    change("CREATE TABLE bookmarks (url TEXT)");
    const before = readFileSync(file);
    expect(refusal(() => openStore(file, { readonly }))).toMatchObject({
      kind: "foreign",
      message: `${file} is a database of another program; choose another --db`,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test.each([true, false])("that is not a database is refused and left alone (readonly: %s)", (readonly) => {
    const text = "date,HUFL,OT\n2016-07-01 00:00:00,5.827,30.531\n".repeat(100);
    writeFileSync(file, text);
    expect(refusal(() => openStore(file, { readonly }))).toMatchObject({
      kind: "foreign",
      message: `${file} is not a SQLite database; choose another --db`,
    });
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  test.each([
    ["cut in half", () => truncateSync(file, statSync(file).size / 2)],
    ["overwritten from the second page on", () => overwrite(4096)],
  ])("that was %s is called damaged, when opened or when read", (_how, damage) => {
    fill();
    damage();
    const found = refusal(() => {
      const store = openStore(file, { readonly: true });
      try {
        store.trials(1);
        store.trials(1, { order: "rank" });
        Array.from(store.reports(1));
      } finally {
        store.close();
      }
    });
    expect(found).toMatchObject({
      kind: "damaged",
      message: expect.stringMatching(/is damaged .*\.recover/),
    });
  });

  test("in a folder that is not there", () => {
    const far = path.join(folder, "no", "where", "studies.db");
    expect(refusal(() => openStore(far))).toMatchObject({
      kind: "unusable",
      message: `the folder ${path.dirname(far)} does not exist; create it, or choose another --db`,
    });
  });

  test("below a file instead of a folder", () => {
    writeFileSync(path.join(folder, "notes"), "");
    expect(refusal(() => openStore(path.join(folder, "notes", "studies.db"))).kind).toBe("unusable");
  });

  test("where a folder has its name", () => {
    mkdirSync(file);
    expect(refusal(() => openStore(file))).toMatchObject({
      kind: "unusable",
      message: `${file} is not a file; choose another --db`,
    });
  });

  test("in a folder that no user may write", () => {
    // The process folder of Linux refuses new files even to root.
    const found = refusal(() => openStore("/proc/self/studies.db"));
    expect(found.kind).toBe("unusable");
    expect(found.message).toMatch(/cannot be (opened or )?written/);
  });
});

function overwrite(from: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, from);
  writeFileSync(file, bytes);
}

test.each([false, true])("a connection keeps 2 MB of the file in memory (read only: %s)", (readonly) => {
  openStore(file).close();
  const db = connect(file, readonly);
  expect(db.sql<[]>("PRAGMA cache_size").get()).toEqual({ cache_size: -2000 });
  db.close();
});
