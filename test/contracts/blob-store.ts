import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlobDamaged, BlobMissing, type BlobStore } from "../../worker/protocol/blobs.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";

export interface BlobStoreUnderTest {
  readonly store: BlobStore;
  /** Another store over the same blobs, as another process would open it. */
  readonly other: BlobStore;
  /** Changes one byte of a stored blob behind the store's back. */
  damage(ref: BlobRef): Promise<void>;
  close(): Promise<void>;
}

/** What every `BlobStore` promises. */
export function blobStoreContract(name: string, make: () => Promise<BlobStoreUnderTest>): void {
  describe(`blob store: ${name}`, () => {
    let made: BlobStoreUnderTest;
    beforeEach(async () => {
      made = await make();
    });
    afterEach(async () => {
      await made.close();
    });

    test("gives back what was put, under the hash of its content", async () => {
      const bytes = new Uint8Array(randomBytes(300_000));
      const ref = await made.store.put(bytes);
      expect(ref).toEqual({ sha256: createHash("sha256").update(bytes).digest("hex"), bytes: 300_000 });
      expect(sameBytes(await made.store.get(ref), bytes)).toBe(true);
      expect(sameBytes(await made.other.get(ref), bytes)).toBe(true);
    });

    test("an empty blob is a blob", async () => {
      const ref = await made.store.put(new Uint8Array(0));
      expect(ref.bytes).toBe(0);
      expect((await made.store.get(ref)).byteLength).toBe(0);
    });

    test("the same bytes put twice, also at the same moment by two, are one blob", async () => {
      const bytes = new Uint8Array(randomBytes(50_000));
      const refs = await Promise.all([made.store.put(bytes), made.other.put(bytes), made.store.put(bytes)]);
      expect(new Set(refs.map((ref) => ref.sha256)).size).toBe(1);
      await made.store.delete(refs[0]);
      expect(await made.store.has(refs[0])).toBe(false);
    });

    test("a blob that is not stored is missing, by name", async () => {
      const ref = { sha256: "0".repeat(64), bytes: 12 };
      expect(await made.store.has(ref)).toBe(false);
      await expect(made.store.get(ref)).rejects.toEqual(new BlobMissing(ref));
    });

    test("deleting removes it, and deleting again is no error", async () => {
      const ref = await made.store.put(new Uint8Array([1, 2, 3]));
      expect(await made.store.has(ref)).toBe(true);
      await made.store.delete(ref);
      await made.store.delete(ref);
      expect(await made.store.has(ref)).toBe(false);
      await expect(made.store.get(ref)).rejects.toBeInstanceOf(BlobMissing);
    });

    test("damaged bytes are never returned, and putting the content again heals them", async () => {
      const bytes = new Uint8Array(randomBytes(10_000));
      const ref = await made.store.put(bytes);
      await made.damage(ref);
      await expect(made.store.get(ref)).rejects.toBeInstanceOf(BlobDamaged);
      await made.store.put(bytes);
      expect(sameBytes(await made.store.get(ref), bytes)).toBe(true);
    });

    test("a signal that fired stops a get", async () => {
      const ref = await made.store.put(new Uint8Array(randomBytes(1000)));
      await expect(made.store.get(ref, AbortSignal.abort())).rejects.toThrow();
    });
  });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
