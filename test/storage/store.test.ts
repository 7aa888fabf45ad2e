import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openStore } from "../../storage/sqlite/open.ts";
import { studyStoreContract } from "../contracts/study-store.ts";

studyStoreContract("SQLite", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-store-"));
  return {
    open: () => openStore(path.join(folder, "studies.db")),
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
});
