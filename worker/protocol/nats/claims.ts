import { randomUUID } from "node:crypto";
import { z } from "zod";
import { refKey, type AttemptRef } from "../ids.ts";
import type { JsonBucket } from "./bucket.ts";
import { isLostRace } from "./streams.ts";

/** Who holds an attempt; `worker` null: the coordinator took the offer back. */
const claimSchema = z.object({ worker: z.string().nullable(), token: z.string() });
type Claim = z.infer<typeof claimSchema>;

export function parseClaim(value: unknown): Claim | null {
  return claimSchema.safeParse(value).data ?? null;
}

export type ClaimOutcome = "mine" | { readonly holder: string | null };

/**
 * Claims by compare-and-set: the first to create the key holds the attempt, for as long as claims are kept.
 * A write whose answer was lost is recognised by its token, so a retry never gives away what was won.
 */
export class Claims {
  private readonly bucket: JsonBucket;
  private readonly tokens = new Map<string, string>();

  constructor(bucket: JsonBucket) {
    this.bucket = bucket;
  }

  /** May be repeated after a failure of unknown outcome. */
  async take(ref: AttemptRef, worker: string | null): Promise<ClaimOutcome> {
    const key = refKey(ref);
    const token = this.tokens.get(key) ?? randomUUID();
    this.tokens.set(key, token);
    try {
      await this.bucket.create(key, { worker, token } satisfies Claim);
      return "mine";
    } catch (error) {
      if (!isLostRace(error)) throw error;
    }
    const claim = await this.holder(ref);
    if (claim?.token === token) return "mine";
    this.tokens.delete(key);
    return { holder: claim?.worker ?? null };
  }

  async holder(ref: AttemptRef): Promise<Claim | null> {
    const entry = await this.bucket.get(refKey(ref));
    return entry === null ? null : parseClaim(entry.value);
  }

  /** Makes a withdrawn attempt free again. A claim by a worker stays. */
  async release(ref: AttemptRef): Promise<void> {
    const entry = await this.bucket.get(refKey(ref));
    if (entry === null || parseClaim(entry.value)?.worker !== null) return;
    await this.bucket.delete(refKey(ref), entry.revision);
    this.tokens.delete(refKey(ref));
  }

  forget(ref: AttemptRef): void {
    this.tokens.delete(refKey(ref));
  }
}
