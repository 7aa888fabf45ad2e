import { createHash } from "node:crypto";
import { BlobMissing, type BlobStore } from "../../worker/protocol/blobs.ts";

/** Files in memory, at hand at once, which die with this process. */
export function memoryBlobs(): BlobStore {
  const held = new Map<string, Uint8Array>();
  return {
    put: async (bytes) => {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      held.set(sha256, bytes.slice());
      return { sha256, bytes: bytes.length };
    },
    get: async (ref) => {
      const bytes = held.get(ref.sha256);
      if (bytes === undefined) throw new BlobMissing(ref);
      return bytes.slice();
    },
    has: async ({ sha256 }) => held.has(sha256),
    delete: async ({ sha256 }) => void held.delete(sha256),
  };
}
