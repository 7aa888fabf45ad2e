import { refKey, type AttemptRef } from "../../ids.ts";
import type { Order } from "../../messages.ts";
import type { JsonBucket } from "../server/bucket.ts";
import type { StoredOrder } from "../server/control.ts";
import type { Link } from "../link/link.ts";
import { bucketStream, keySubject, orderKey, type Names } from "../server/names.ts";

interface Standing {
  readonly ref: AttemptRef;
  readonly order: Order;
  /** The server has it, as far as is known. */
  stored: boolean;
}

/** The orders of one coordinator that are not settled, so that the server has them whenever it is there. */
export class OrderBook {
  private readonly link: Link;
  private readonly names: Names;
  private readonly control: JsonBucket;
  private readonly epoch: () => number;
  private readonly standing = new Map<string, Standing>();
  /** Keys of orders that no worker needs any more. */
  private readonly settled = new Set<string>();
  private forgetting: Promise<void> | null = null;

  constructor(link: Link, names: Names, control: JsonBucket, epoch: () => number) {
    this.link = link;
    this.names = names;
    this.control = control;
    this.epoch = epoch;
  }

  add(ref: AttemptRef, order: Order): void {
    this.settled.delete(orderKey(ref));
    this.standing.set(refKey(ref), { ref, order, stored: false });
  }

  settle(ref: AttemptRef): void {
    if (this.standing.delete(refKey(ref))) this.settled.add(orderKey(ref));
  }

  /** Stores what the server does not have yet. Workers that listen hear it at once, others when they look. */
  async store(): Promise<void> {
    for (const one of this.standing.values()) {
      if (one.stored) continue;
      one.stored = true; // or two who store at once would both do it
      try {
        const stored: StoredOrder = { order: one.order, epoch: this.epoch() };
        await this.link.ask(() => this.control.putSealed(orderKey(one.ref), stored));
      } catch (error) {
        one.stored = false;
        throw error;
      }
    }
  }

  /** The server lost everything. */
  async storeAll(): Promise<void> {
    for (const one of this.standing.values()) one.stored = false;
    await this.store();
  }

  /** Removes settled orders from the server: one after another, also those that are settled meanwhile. */
  async forgetSettled(): Promise<void> {
    this.forgetting ??= this.removeSettled().finally(() => {
      this.forgetting = null;
    });
    await this.forgetting;
  }

  private async removeSettled(): Promise<void> {
    const { control } = this.names;
    for (const key of this.settled) {
      await this.link.jsm.streams.purge(bucketStream(control), { filter: keySubject(control, key) });
      this.settled.delete(key);
    }
  }
}
