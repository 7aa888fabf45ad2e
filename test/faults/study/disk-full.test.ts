import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startScript } from "../../support/script.ts";
import { SmallDisk } from "../../support/small-disk.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const obstacle = SmallDisk.obstacle();
const why = obstacle === null ? "" : ` (not run: ${obstacle})`;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-full-"));
});
afterEach(async () => {
  await removeFolder(folder);
});

test.skipIf(obstacle !== null)(
  `a study on a full disk says so once, waits, and goes on when there is room; nothing is lost${why}`,
  async () => {
    // A file system of 16 MB that only this process sees.
    const mount = `mount -t tmpfs -o size=16m tmpfs ${folder} && exec "$@"`;
    const script = startScript(
      new URL("full-disk-study.ts", import.meta.url),
      [folder],
      ["unshare", "-rm", "sh", "-c", mount, "sh"],
    );
    const { how, stderr } = await script.ended;
    expect(stderr).toBe("");
    expect(how).toBe(0);
    const saw = JSON.parse(script.lines.join("")) as { notices: string[] };
    expect(saw).toMatchObject({ ending: "complete", complete: 60, whole: 60 });
    expect(saw.notices[0]).toMatch(/the disk that holds .*study\.db is full.*make room/);
    expect(saw.notices.length).toBeLessThan(5);
  },
);
