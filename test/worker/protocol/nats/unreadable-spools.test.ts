import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SpoolFolder } from "../../../../worker/protocol/nats/worker/spool-folder.ts";
import { report } from "../../../support/nats-lab.ts";

const ref = { study: "s1", trial: 4, attempt: 2 };
let root: string;
let problems: string[];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "seqtune-spools-"));
  problems = [];
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const folderOf = (worker: string): SpoolFolder =>
  new SpoolFolder(root, worker, ({ message }) => problems.push(message));

/** Leaves a spool that can be read and one that cannot. */
function leaveBehind(folder: SpoolFolder): void {
  const message = report(ref, 1);
  folder.spool(ref).append(message, JSON.stringify(message));
  symlinkSync(path.join(root, "nowhere"), path.join(folder.path, "s1.5.1.jsonl"));
}

it("a spool that cannot be read is reported, and those beside it are taken over", () => {
  leaveBehind(folderOf("w1"));
  const again = folderOf("w1");
  expect(again.leftovers().map((spool) => spool.ref)).toEqual([ref]);
  expect(problems).toEqual([
    expect.stringMatching(/^unsent reports cannot be read: ENOENT.*s1\.5\.1\.jsonl/),
  ]);
});

it("so it is in what a dead neighbour left", () => {
  const dead = folderOf("dead");
  leaveBehind(dead);
  const nobody = 2 ** 22 + 1;
  writeFileSync(path.join(dead.path, "owner.json"), JSON.stringify({ host: hostname(), pid: nobody }));
  const mine = folderOf("mine");
  expect(mine.adopt().map((spool) => spool.ref)).toEqual([ref]);
  expect(problems).toHaveLength(1);
  expect(mine.adopt()).toEqual([]);
});

it("a folder that was removed by hand, or cannot be looked through, keeps no worker from ending", () => {
  const removed = folderOf("removed");
  rmSync(removed.path, { recursive: true });
  removed.leave();
  expect(problems).toEqual([]);
  const blocked = folderOf("blocked");
  rmSync(blocked.path, { recursive: true });
  writeFileSync(blocked.path, "");
  blocked.leave();
  expect(problems).toEqual([expect.stringContaining("ENOTDIR")]);
});
