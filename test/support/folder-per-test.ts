import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";
import { removeFolder } from "./remove-folder.ts";

/** To a file that imports them: a folder for every test, removed after it, and a path in it for a database that does not exist yet. */
export let folder: string;
export let db: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-"));
  db = path.join(folder, "study.db");
});
afterEach(async () => {
  await removeFolder(folder);
});
