import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";
import { removeFolder } from "./remove-folder.ts";

/** For the file that calls it: a folder for every test, removed after it, and a path in it for a database that does not exist yet. */
export function useFolder(): { readonly folder: string; readonly db: string } {
  const place = { folder: "", db: "" };
  beforeEach(() => {
    place.folder = mkdtempSync(path.join(tmpdir(), "seqtune-"));
    place.db = path.join(place.folder, "study.db");
  });
  afterEach(async () => {
    await removeFolder(place.folder);
  });
  return place;
}
