import { closeSync, openSync, writeSync } from "node:fs";
import { createHash } from "node:crypto";
import { BlobMissing, type BlobStore } from "../../../worker/protocol/blobs.ts";
import type { SpoolDisk } from "../../../worker/protocol/nats/worker/spool-disk.ts";
import { Life, type VirtualTime } from "./time.ts";

/** What of a machine outlives its processes. */
export class SimulatedDisk {
  private roomBytes = Number.POSITIVE_INFINITY;
  readonly copies: BlobStore = memoryBlobs();
  private open = new Set<number>();
  private readonly ever = new Life();

  /** Takes only that many more bytes, for that long. */
  fill(time: VirtualTime, bytes: number, ms: number): void {
    this.roomBytes = bytes;
    time.after(ms, this.ever, () => (this.roomBytes = Number.POSITIVE_INFINITY));
  }

  /** The spools' end of it, for one process: one that is dead writes nothing. */
  spools(life: Life): SpoolDisk {
    return {
      open: (file) => {
        if (!life.alive) throw new Error("this process is dead");
        const descriptor = openSync(file, "a", 0o600);
        this.open.add(descriptor);
        return descriptor;
      },
      write: (descriptor, bytes) => {
        if (!life.alive) throw new Error("this process is dead");
        const room = Math.min(bytes.length, this.roomBytes);
        this.roomBytes -= room;
        if (room === 0 && bytes.length > 0) throw new Error("ENOSPC: no space left on device, write");
        return writeSync(descriptor, bytes, 0, room);
      },
      press: () => {},
      close: (descriptor) => {
        if (this.open.delete(descriptor)) closeSync(descriptor);
      },
    };
  }

  /** The system closes what a dead process had open. */
  died(): void {
    for (const descriptor of this.open) closeSync(descriptor);
    this.open = new Set();
  }
}

function memoryBlobs(): BlobStore {
  const files = new Map<string, Uint8Array>();
  return {
    put: async (bytes) => {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      files.set(sha256, bytes);
      return { sha256, bytes: bytes.length };
    },
    get: async (ref) => {
      const bytes = files.get(ref.sha256);
      if (bytes === undefined) throw new BlobMissing(ref);
      return bytes;
    },
    has: async ({ sha256 }) => files.has(sha256),
    delete: async ({ sha256 }) => void files.delete(sha256),
  };
}
