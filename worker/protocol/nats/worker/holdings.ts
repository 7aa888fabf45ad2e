import { assignmentSchema, protocolVersion, type Assignment } from "../../assignment.ts";
import { refKey, type AttemptRef } from "../../ids.ts";
import { firstIssue, parseJson } from "../server/bucket.ts";
import type { Claims } from "../server/claims.ts";
import { OtherVersion } from "../link/errors.ts";
import { OrderUnsigned } from "../link/traffic-errors.ts";
import { offerPurpose, type Names } from "../server/names.ts";
import type { Link } from "../link/link.ts";
import type { Pulled } from "../link/pull.ts";
import { persist } from "../link/retry.ts";
import type { Timings } from "../link/timings.ts";

export interface HoldingsOptions {
  readonly link: Link;
  readonly names: Names;
  readonly timings: Timings;
  readonly claims: Claims;
  readonly worker: string;
  readonly onProblem: (problem: Error) => void;
  /** The attempt turned out to be held by another worker (the server forgot the claim while this one was away). */
  readonly onFenced: (ref: AttemptRef, holder: string) => void;
}

interface Holding {
  readonly ref: AttemptRef;
  /** The offer on the queue, until the attempt's first message is stored. */
  offer: { readonly pulled: Pulled; readonly stopWorking: () => void } | null;
  /** Its last message is spooled. */
  over: boolean;
}

/**
 * The attempts this worker holds. An offer becomes a claim by compare-and-set; the offer leaves the queue when
 * the attempt's first message is stored, so a worker that dies in between leaves a trace either way: the offer
 * comes to another worker, which sees the claim, and the coordinator waits for a heartbeat that never comes.
 */
export class Holdings {
  private readonly options: HoldingsOptions;
  private readonly held = new Map<string, Holding>();

  constructor(options: HoldingsOptions) {
    this.options = options;
  }

  /** Claims what an offer offers; `null` when another worker has it, or it is not for this worker. */
  async take(pulled: Pulled, signal: AbortSignal): Promise<Assignment | null> {
    const assignment = this.read(pulled);
    if (assignment === null) return null;
    const { link, timings, claims, worker } = this.options;
    const stopWorking = link.clock.every(timings.ackWaitMs / 3, () => pulled.working());
    try {
      const outcome = await persist(link, timings, () => claims.take(assignment.ref, worker), signal);
      if (outcome === "mine") {
        this.held.set(refKey(assignment.ref), {
          ref: assignment.ref,
          offer: { pulled, stopWorking },
          over: false,
        });
        return assignment;
      }
    } catch (error) {
      stopWorking();
      pulled.nak(0);
      throw error;
    }
    stopWorking();
    await ackQuietly(pulled);
    return null;
  }

  /** The attempt's first message is stored: its offer has done its duty. */
  started(ref: AttemptRef): void {
    const offer = this.held.get(refKey(ref))?.offer ?? null;
    if (offer === null) return;
    const holding = this.held.get(refKey(ref))!;
    holding.offer = null;
    if (holding.over) this.held.delete(refKey(ref));
    offer.stopWorking();
    void ackQuietly(offer.pulled);
  }

  /** Its last message is spooled: no other worker need be kept from it. */
  ending(ref: AttemptRef): void {
    const holding = this.held.get(refKey(ref));
    if (holding !== undefined && holding.offer === null) this.held.delete(refKey(ref));
    else if (holding !== undefined) holding.over = true;
  }

  private forget(ref: AttemptRef): void {
    this.held.get(refKey(ref))?.offer?.stopWorking();
    this.held.delete(refKey(ref));
  }

  /** After the connection was away: claims again what is held, in case the server forgot. */
  async reclaim(): Promise<void> {
    const { link, timings, claims, worker, onFenced } = this.options;
    for (const { ref } of this.held.values()) {
      const outcome = await persist(link, timings, () => claims.take(ref, worker));
      if (outcome === "mine" || outcome.holder === worker) continue;
      this.forget(ref);
      onFenced(ref, outcome.holder ?? "no worker: the coordinator took it back");
    }
  }

  stop(): void {
    for (const { offer } of this.held.values()) offer?.stopWorking();
  }

  private read(pulled: Pulled): Assignment | null {
    const { link, names } = this.options;
    const value = link.seal.read(offerPurpose(names), pulled.text);
    if (value === undefined && parseJson(pulled.text) !== undefined) {
      pulled.term();
      this.options.onProblem(new OrderUnsigned(`an offer on ${pulled.subject}`));
      return null;
    }
    const parsed = assignmentSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    const theirs = versionOf(value);
    if (theirs === protocolVersion) {
      pulled.term();
      this.options.onProblem(
        new Error(`an offer on ${pulled.subject} is not valid and was dropped: ${firstIssue(parsed.error)}`),
      );
    } else {
      pulled.nak(this.options.timings.retryLimitMs);
      this.options.onProblem(new OtherVersion(theirs, protocolVersion));
    }
    return null;
  }
}

/** An acknowledgement that is lost only brings the offer back, and the claim then turns it away. */
async function ackQuietly(pulled: Pulled): Promise<void> {
  try {
    await pulled.ack();
  } catch {
    // see above
  }
}

function versionOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "version" in value ? value.version : undefined;
}
