import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { commandLineIn } from "../../support/command-line.ts";
import { makeSampleDatabase } from "../../support/sample-studies.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-backup-"));
  makeSampleDatabase(path.join(folder, "seqtune.db"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("backup copies a database that is open, and never over a file that is there", async () => {
  const seqtune = commandLineIn(folder);
  const inUse = openStore(path.join(folder, "seqtune.db"));
  const { code, out } = await seqtune("backup", "copy.db");
  inUse.close();
  expect(code).toBe(0);
  expect(out).toMatch(/^copy\.db: \d+ studies of seqtune\.db, /);
  const shown = await seqtune("studies", "--db", "copy.db", "--json");
  expect(shown.out).toBe((await seqtune("studies", "--json")).out);
  expect((await seqtune("backup", "copy.db")).err).toMatch(/copy\.db exists already; choose another name/);
  expect((await seqtune("backup", "no/copy.db")).err).toMatch(/there is no folder .*no; make it/);
});
