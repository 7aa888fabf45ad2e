import { refKey, type AttemptRef } from "../ids.ts";
import type { Order } from "../messages.ts";
import type { JsonBucket } from "./bucket.ts";
import type { StoredOrder } from "./control.ts";
import type { Link } from "./link.ts";
import { bucketStream, keySubject, orderKey, type Names } from "./names.ts";

/** The orders of one coordinator that are not settled, so that they can be stored again on a server that lost them. */
export class OrderBook {
  private readonly link: Link;
  private readonly names: Names;
  private readonly control: JsonBucket;
  private readonly epoch: () => number;
  private readonly standing = new Map<string, { readonly ref: AttemptRef; readonly order: Order }>();
  /** Keys of orders that nobody needs any more. */
  private readonly settled = new Set<string>();

  constructor(link: Link, names: Names, control: JsonBucket, epoch: () => number) {
    this.link = link;
    this.names = names;
    this.control = control;
    this.epoch = epoch;
  }

  add(ref: AttemptRef, order: Order): void {
    this.standing.set(refKey(ref), { ref, order });
  }

  settle(ref: AttemptRef): void {
    if (this.standing.delete(refKey(ref))) this.settled.add(orderKey(ref));
  }

  /** Workers that listen hear it at once, others when they look. */
  async store(ref: AttemptRef, order: Order): Promise<void> {
    await this.control.put(orderKey(ref), { order, epoch: this.epoch() } satisfies StoredOrder);
  }

  async storeAll(): Promise<void> {
    for (const { ref, order } of this.standing.values()) await this.store(ref, order);
  }

  /** Removes settled orders from the server. */
  async forgetSettled(): Promise<void> {
    const { control } = this.names;
    for (const key of this.settled) {
      await this.link.jsm.streams.purge(bucketStream(control), { filter: keySubject(control, key) });
      this.settled.delete(key);
    }
  }
}
