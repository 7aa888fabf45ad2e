import type { Assignment } from "../../assignment.ts";
import { refKey, type AttemptRef } from "../../ids.ts";
import { parseJson } from "../server/bucket.ts";
import { parseClaim, type Claims } from "../server/claims.ts";
import type { Link } from "../link/link.ts";
import { keySubject, offerPurpose, refOfKey, trialSubject, type Names } from "../server/names.ts";
import { isPassing } from "../link/retry.ts";
import { isAlreadyThere } from "../link/api-errors.ts";

export interface OffersOptions {
  readonly link: Link;
  readonly names: Names;
  readonly study: string;
  readonly pool: string;
  readonly claims: Claims;
  /** A worker holds the attempt now. */
  readonly onClaimed: (ref: AttemptRef, worker: string) => void;
}

interface Outstanding {
  readonly assignment: Assignment;
  claimed: boolean;
}

/**
 * The offers of this study, from the moment they are made until they are settled. They are kept here until a
 * worker is known to hold them, so that they can be made again when the server comes back, or comes back empty.
 */
export class Offers {
  private readonly options: OffersOptions;
  private readonly outstanding = new Map<string, Outstanding>();

  constructor(options: OffersOptions) {
    this.options = options;
    const claimsOfStudy = keySubject(options.names.claims, `${options.study}.>`);
    const prefixLength = keySubject(options.names.claims, "").length;
    options.link.nc.subscribe(claimsOfStudy, {
      callback: (error, msg) => {
        const ref = refOfKey(msg.subject.slice(prefixLength));
        if (error === null && ref !== null)
          this.heard(ref, parseClaim(parseJson(msg.string()))?.worker ?? null);
      },
    });
  }

  /** From here on `renew` sees to it, whatever becomes of `make`. */
  add(assignment: Assignment): void {
    this.outstanding.set(refKey(assignment.ref), { assignment, claimed: false });
  }

  /** Resolves when the server has the offer. */
  async make(ref: AttemptRef): Promise<void> {
    const one = this.outstanding.get(refKey(ref));
    if (one !== undefined) await this.options.link.ask(() => this.publish(one));
  }

  /**
   * Claims the attempt for no worker, so that none can. False when a worker was first, or when that is not known: to be asked
   * again then. The offer itself stays in the queue until a worker looks at its claim: nats-server 2.9.10 forgets the
   * other offers of a queue of which one is purged.
   */
  async withdraw(ref: AttemptRef): Promise<boolean> {
    const { link, claims } = this.options;
    if (!link.isOpen) return false;
    try {
      const outcome = await claims.take(ref, null);
      if (outcome !== "mine" && outcome.holder !== null) return false;
    } catch (error) {
      if (!isPassing(error)) throw error;
      return false;
    }
    this.outstanding.delete(refKey(ref));
    return true;
  }

  settle(ref: AttemptRef): void {
    this.outstanding.delete(refKey(ref));
  }

  /** Makes every offer again that no worker is known to hold. Those that are there, or claimed, stay as they are. */
  async renew(): Promise<void> {
    for (const one of this.outstanding.values()) if (!one.claimed) await this.publish(one);
  }

  private async publish(one: Outstanding): Promise<void> {
    const { link, names, pool, claims } = this.options;
    const { ref } = one.assignment;
    const claim = await claims.holder(ref);
    if (claim !== null && claim.worker !== null) {
      this.heard(ref, claim.worker);
      return;
    }
    if (claim !== null) await claims.release(ref);
    try {
      const subject = trialSubject(names, pool, ref);
      await link.js.publish(subject, link.seal.write(offerPurpose(names), one.assignment));
    } catch (error) {
      if (!isAlreadyThere(error)) throw error;
    }
  }

  private heard(ref: AttemptRef, worker: string | null): void {
    const one = this.outstanding.get(refKey(ref));
    if (worker === null || one?.claimed === true) return;
    if (one !== undefined) one.claimed = true;
    this.options.onClaimed(ref, worker);
  }
}
