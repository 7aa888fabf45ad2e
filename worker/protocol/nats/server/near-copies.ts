import { BlobDamaged, BlobMissing, type BlobStore } from "../../blobs.ts";
import type { BlobRef } from "../../ids.ts";

/**
 * This machine's copies of files, which may cost time and nothing else: what its disk refuses is reported, once until it
 * works again, and done without.
 */
export class NearCopies {
  private readonly cache: BlobStore;
  private readonly onProblem: (problem: Error) => void;
  private reported: string | null = null;

  constructor(cache: BlobStore, onProblem: (problem: Error) => void) {
    this.cache = cache;
    this.onProblem = onProblem;
  }

  /** `null` where there is no sound copy. Throws the signal's reason. */
  async get(ref: BlobRef, signal?: AbortSignal): Promise<Uint8Array | null> {
    try {
      return await this.cache.get(ref, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof BlobDamaged) await this.delete(ref);
      else if (!(error instanceof BlobMissing)) this.report(error);
      return null;
    }
  }

  async put(bytes: Uint8Array): Promise<void> {
    try {
      await this.cache.put(bytes);
      this.reported = null;
    } catch (error) {
      this.report(error);
    }
  }

  async delete(ref: BlobRef): Promise<void> {
    try {
      await this.cache.delete(ref);
    } catch (error) {
      this.report(error);
    }
  }

  private report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    // Without the path, which is another one each time: "ENOSPC: no space left on device, open '…'".
    const [what = reason] = reason.split(", ", 1);
    if (what === this.reported) return;
    this.reported = what;
    const message = `copies of files cannot be kept on this machine (${reason}); make room or mend the disk, the work goes on without them`;
    this.onProblem(new Error(message, { cause: error }));
  }
}
