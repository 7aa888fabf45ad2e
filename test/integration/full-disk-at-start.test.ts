/** Commands that begin where the disk has no room, or where a folder cannot be used, say so in one sentence. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startScript } from "../support/script.ts";
import { SmallDisk } from "../support/small-disk.ts";
import { removeFolder } from "../support/remove-folder.ts";

const cli = new URL("../../orchestrator/cli/main.ts", import.meta.url);
const obstacle = SmallDisk.obstacle();
const why = obstacle === null ? "" : ` (not run: ${obstacle})`;
let folder: string;
let sweep: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-start-"));
  sweep = path.join(folder, "sweep.yaml");
  // More than what the disk has.
  const rows = Array.from({ length: 80_000 }, (_, i) => (i % 97).toFixed(18)).join("\n");
  writeFileSync(path.join(folder, "y.csv"), `y\n${rows}\n`);
  const parts = [
    "name: one",
    "data: { file: y.csv, targets: [y], window: 4 }",
    "parameters: { hidden: { values: [2, 4] } }",
    "budget: { trials: 1, epochs: 1 }",
  ];
  writeFileSync(sweep, `${parts.join("\n")}\n`);
});
afterEach(() => removeFolder(folder));

it.skipIf(obstacle !== null)(
  `a study whose data no longer fits says where, and what to do${why}`,
  async () => {
    const disk = await SmallDisk.create(1);
    try {
      const db = path.join(disk.folder, "study.db");
      const run = startScript(cli, ["run", sweep, "--db", db, "--plain"], disk.wrap);
      const { how, stderr } = await run.ended;
      expect(stderr).toBe(
        `seqtune: ENOSPC: no space left on device, so nothing can be stored in ${db}.files; make room there, or choose another place\n`,
      );
      expect(how).toBe(1);
    } finally {
      await disk.close();
    }
  },
);

it("a file where the folder of the data should be is named", async () => {
  const db = path.join(folder, "study.db");
  writeFileSync(`${db}.files`, "in the way");
  const { how, stderr } = await startScript(cli, ["run", sweep, "--db", db]).ended;
  expect(stderr).toMatch(
    /^seqtune: ENOTDIR: not a directory, so nothing can be stored in .*study\.db\.files; make it/,
  );
  expect(how).toBe(1);
});
