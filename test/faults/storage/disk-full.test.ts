import Database from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { openStore } from "../../../storage/sqlite/open.ts";
import { startScript } from "../../support/script.ts";
import { SmallDisk } from "../../support/small-disk.ts";

const FILLER = new URL("disk-filler.ts", import.meta.url);
const sawSchema = z.object({
  recorded: z.int(),
  kind: z.string(),
  message: z.string(),
  readable: z.int(),
  recordedAfter: z.int(),
  refusedAfter: z.string().nullable(),
  counted: z.int(),
});

const obstacle = SmallDisk.obstacle();
const why = obstacle === null ? "" : ` (not run: ${obstacle})`;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-full-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function fillDisk(ballast: number, wrap: readonly [string, ...string[]]) {
  const filler = startScript(FILLER, [folder, String(ballast)], wrap);
  const { how, stderr } = await filler.ended;
  expect(stderr).toBe("");
  expect(how).toBe(0);
  return sawSchema.parse(JSON.parse(filler.lines.join("")));
}

test.skipIf(obstacle !== null)(
  `a full disk stops recording in words, keeps what was recorded, and goes on when there is room${why}`,
  async () => {
    // A file system of 6 MB that only this process sees.
    const mount = `mount -t tmpfs -o size=6m tmpfs ${folder} && exec "$@"`;
    const saw = await fillDisk(1_000_000, ["unshare", "-rm", "sh", "-c", mount, "sh"]);
    expect(saw.kind).toBe("disk");
    expect(saw.message).toMatch(
      /the disk that holds .*studies\.db is full .*make room.*go on with: seqtune resume/,
    );
    expect(saw.recorded).toBeGreaterThan(100);
    expect(saw.readable).toBe(saw.recorded);
    expect(saw).toMatchObject({
      recordedAfter: saw.recorded + 100,
      refusedAfter: null,
      counted: saw.recorded + 100,
    });
  },
);

test("a file that may not grow any more is no different, and its content is whole", async () => {
  const saw = await fillDisk(0, ["sh", "-c", 'ulimit -f 4000 && exec "$@"', "sh"]);
  expect(saw.kind).toBe("disk");
  expect(saw.message).toMatch(/is full or failing/);
  const file = path.join(folder, "studies.db");
  const store = openStore(file);
  expect(Array.from(store.reports(store.findStudy("etth1")!.id))).toHaveLength(saw.recordedAfter);
  store.close();
  const db = new Database(file, { readonly: true });
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
  db.close();
});
