import type { BlobRef } from "./ids.ts";

/**
 * Port: files by content (data, checkpoints, models).
 *
 * Guarantees: `put` returns only when the bytes are stored and survive the death of this process; putting the
 * same bytes twice is one blob. `get` returns bytes whose sha256 was checked, or throws `BlobMissing` /
 * `BlobDamaged`; damaged bytes are never returned.
 */
export interface BlobStore {
  put(bytes: Uint8Array): Promise<BlobRef>;
  get(ref: BlobRef, signal?: AbortSignal): Promise<Uint8Array>;
  has(ref: BlobRef): Promise<boolean>;
  delete(ref: BlobRef): Promise<void>;
}

export class BlobMissing extends Error {
  readonly ref: BlobRef;
  constructor(ref: BlobRef) {
    super(`file ${ref.sha256.slice(0, 12)}… (${ref.bytes} bytes) is not stored`);
    this.name = "BlobMissing";
    this.ref = ref;
  }
}

export class BlobDamaged extends Error {
  readonly ref: BlobRef;
  constructor(ref: BlobRef) {
    super(
      `file ${ref.sha256.slice(0, 12)}… does not have the content its name promises; delete it and try again`,
    );
    this.name = "BlobDamaged";
    this.ref = ref;
  }
}
