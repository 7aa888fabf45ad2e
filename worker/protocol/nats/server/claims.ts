import { randomUUID } from "node:crypto";
import { z } from "zod";
import { refKey, type AttemptRef } from "../../ids.ts";
import type { JsonBucket } from "./bucket.ts";
import { isLostRace } from "../link/api-errors.ts";

/** Who holds an attempt; `worker` null: the coordinator took the offer back. */
const claimSchema = z.object({ worker: z.string().nullable(), token: z.string() });
type Claim = z.infer<typeof claimSchema>;

export function parseClaim(value: unknown): Claim | null {
  return claimSchema.safeParse(value).data ?? null;
}

export type ClaimOutcome = "mine" | { readonly holder: string | null };

/**
 * Claims by compare-and-set: the first to create the key holds the attempt, for as long as claims are kept.
 * A write whose answer was lost is recognised by its token, so a retry never gives away what was won. The token
 * is forgotten with the answer: an offer that the server brings back later is claimed already, by whomever.
 */
export class Claims {
  private readonly bucket: JsonBucket;
  /** Claims whose outcome is not known yet. */
  private readonly tokens = new Map<string, string>();

  constructor(bucket: JsonBucket) {
    this.bucket = bucket;
  }

  /** May be repeated after a failure of unknown outcome. */
  async take(ref: AttemptRef, worker: string | null): Promise<ClaimOutcome> {
    const key = refKey(ref);
    const token = this.tokens.get(key) ?? randomUUID();
    this.tokens.set(key, token);
    const outcome = await this.attempt(ref, { worker, token });
    this.tokens.delete(key);
    return outcome;
  }

  private async attempt(ref: AttemptRef, claim: Claim): Promise<ClaimOutcome> {
    try {
      await this.bucket.create(refKey(ref), claim);
      return "mine";
    } catch (error) {
      if (!isLostRace(error)) throw error;
    }
    const holder = await this.holder(ref);
    return holder?.token === claim.token ? "mine" : { holder: holder?.worker ?? null };
  }

  async holder(ref: AttemptRef): Promise<Claim | null> {
    const entry = await this.bucket.get(refKey(ref));
    return entry === null ? null : parseClaim(entry.value);
  }

  /** Writes a claim again that was written up to place `old`, so that it is among the newest. */
  async renew(ref: AttemptRef, old: number): Promise<void> {
    const entry = await this.bucket.get(refKey(ref));
    if (entry === null || entry.revision > old || entry.value === undefined) return;
    try {
      await this.bucket.update(refKey(ref), entry.value, entry.revision);
    } catch (error) {
      if (!isLostRace(error)) throw error; // it was written meanwhile
    }
  }

  /** Makes a withdrawn attempt free again. A claim by a worker stays. */
  async release(ref: AttemptRef): Promise<void> {
    const entry = await this.bucket.get(refKey(ref));
    if (entry === null || parseClaim(entry.value)?.worker !== null) return;
    await this.bucket.delete(refKey(ref), entry.revision);
  }
}
