import { mkdir, mkdtemp, readFile, readdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ArchiveDamaged,
  packFolder,
  readArchive,
  unpackFolder,
} from "../../../worker/protocol/program/archive.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-archive-"));
  await mkdir(path.join(folder, "from/deep/down"), { recursive: true });
  await mkdir(path.join(folder, "to"));
});
afterEach(async () => await rm(folder, { recursive: true, force: true, maxRetries: 10 }));

const from = (name = ""): string => path.join(folder, "from", name);
const to = (name = ""): string => path.join(folder, "to", name);

describe("a folder's archive", () => {
  it("brings every file back as it was, the same bytes for the same files", async () => {
    await writeFile(from("a.bin"), Buffer.from([0, 255, 1]));
    await writeFile(from("deep/down/ä b.txt"), "x");
    const packed = await packFolder(from(), "checkpoint folder");
    expect(packed.problem).toBeNull();
    await unpackFolder(packed.bytes!, to());
    expect((await readdir(to(), { recursive: true })).toSorted()).toEqual([
      "a.bin",
      "deep",
      "deep/down",
      "deep/down/ä b.txt",
    ]);
    expect([...(await readFile(to("a.bin")))]).toEqual([0, 255, 1]);
    expect((await packFolder(to(), "")).bytes).toEqual(packed.bytes);
  });

  it("of a folder without files is not made", async () => {
    expect(await packFolder(from(), "")).toEqual({ bytes: null, problem: null });
    expect(await packFolder(from("nowhere"), "")).toEqual({ bytes: null, problem: null });
  });

  it("leaves links out, and says so", async () => {
    await writeFile(from("a"), "1");
    await symlink("/etc/passwd", from("b"));
    await symlink("/etc", from("deep/c"));
    const packed = await packFolder(from(), "output folder");
    expect(packed.problem).toBe("links and special files in the output folder were left out (2)");
    expect(Object.keys(readArchive(packed.bytes!))).toEqual(["a"]);
  });

  it("is not made where the files are too large, whatever the disk holds", async () => {
    await writeFile(from("big"), "");
    await truncate(from("big"), 10e9); // takes no room
    expect(await packFolder(from(), "checkpoint folder")).toEqual({
      bytes: null,
      problem:
        "the checkpoint folder was not kept: it holds a file of 10.0 GB in all, and at most 10000 files and 537 MB are kept",
    });
  });

  it.each(["../out", "a/../../out", "/etc/out", "a\\b", "a//b", "./a"])(
    "with a file called %j is refused",
    async (name) => {
      const bytes = zipSync({ [name]: Buffer.from("x") });
      await expect(unpackFolder(bytes, to())).rejects.toThrow(ArchiveDamaged);
      expect(await readdir(to())).toEqual([]);
    },
  );

  it("that unpacks to more than the limit is refused", () => {
    const bomb = zipSync({ a: new Uint8Array(100_000) });
    expect(() => readArchive(bomb, 10_000)).toThrow(ArchiveDamaged);
    expect(() => readArchive(new TextEncoder().encode("not one"))).toThrow(ArchiveDamaged);
  });
});
