import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileBlobs } from "../../../worker/protocol/local/file-blobs.ts";
import { blobStoreContract } from "../../contracts/blob-store.ts";

blobStoreContract("files", async () => {
  const dir = await mkdtemp(path.join(tmpdir(), "seqtune-blobs-"));
  return {
    store: fileBlobs(dir),
    other: fileBlobs(dir),
    damage: async (ref) => {
      const handle = await open(path.join(dir, ref.sha256.slice(0, 2), ref.sha256), "r+");
      const byte = new Uint8Array(1);
      await handle.read(byte, 0, 1, 17);
      byte[0]! ^= 1;
      await handle.write(byte, 0, 1, 17);
      await handle.close();
    },
    close: () => rm(dir, { recursive: true }),
  };
});

describe("file blobs", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "seqtune-blobs-"));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  test("a file is stored under the hash of its content, once", async () => {
    const bytes = randomBytes(3_000_001);
    const file = path.join(dir, "rows.csv");
    await writeFile(file, bytes);
    const blobs = fileBlobs(path.join(dir, "blobs"));
    const ref = await blobs.putFile(file);
    expect(ref).toEqual({ sha256: createHash("sha256").update(bytes).digest("hex"), bytes: 3_000_001 });
    expect(Buffer.compare(await blobs.get(ref), bytes)).toBe(0);
    expect(await blobs.putFile(file)).toEqual(ref);
    expect(await blobs.put(bytes)).toEqual(ref);
    expect(await filesUnder(path.join(dir, "blobs"))).toEqual([ref.sha256]);
  });

  test("a file that is not there is refused and leaves nothing behind", async () => {
    const blobs = fileBlobs(path.join(dir, "blobs"));
    await expect(blobs.putFile(path.join(dir, "absent.csv"))).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readdir(dir)).toEqual([]);
  });

  test("a store that cannot be written to says so and keeps no half-written file", async () => {
    await writeFile(path.join(dir, "blobs"), "a file where the folder should be");
    await expect(fileBlobs(path.join(dir, "blobs")).put(new Uint8Array([1]))).rejects.toMatchObject({
      code: "ENOTDIR",
    });
  });

  test("a name that is no sha256 never becomes a path", async () => {
    await expect(fileBlobs(dir).get({ sha256: "../../../../etc/hostname", bytes: 1 })).rejects.toThrow(
      /sha256|pattern|string/i,
    );
  });
});

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
