import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";

/** For the file that calls it: a folder for every test, removed after it, and a path in it for a database that does not exist yet. */
export function useFolder(): { readonly folder: string; readonly db: string } {
  const place = { folder: "", db: "" };
  beforeEach(() => {
    place.folder = mkdtempSync(path.join(tmpdir(), "seqtune-"));
    place.db = path.join(place.folder, "study.db");
  });
  afterEach(() => {
    rmSync(place.folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return place;
}
