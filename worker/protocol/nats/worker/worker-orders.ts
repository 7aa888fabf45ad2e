import { refKey, type AttemptRef } from "../../ids.ts";
import type { Order } from "../../messages.ts";
import type { JsonBucket } from "../server/bucket.ts";
import { storedOrderSchema } from "../server/control.ts";
import type { Epochs } from "../server/epochs.ts";
import type { Link } from "../link/link.ts";
import type { Subscribed } from "../link/wire.ts";
import { keySubject, orderKey, type Names } from "../server/names.ts";

interface Listening {
  readonly ref: AttemptRef;
  readonly listener: (order: Order) => void;
  readonly subscription: Subscribed;
  last: string;
}

/**
 * Orders for the attempts of this worker. Storing a key is itself a message on the key's subject, so a plain
 * subscription hears an order at once without a consumer on the server; what was ordered before, or while the
 * connection was away, is read from the bucket.
 */
export class WorkerOrders {
  private readonly link: Link;
  private readonly names: Names;
  private readonly control: JsonBucket;
  private readonly epochs: Epochs;
  private readonly listening = new Map<string, Listening>();

  constructor(link: Link, names: Names, control: JsonBucket, epochs: Epochs) {
    this.link = link;
    this.names = names;
    this.control = control;
    this.epochs = epochs;
  }

  listen(ref: AttemptRef, listener: (order: Order) => void): () => void {
    const key = refKey(ref);
    const subscription = this.link.nc.subscribe(keySubject(this.names.control, orderKey(ref)), {
      callback: (error, msg) => {
        if (error === null) this.hear(mine, this.link.seal.read(msg.subject, msg.string()));
      },
    });
    const mine: Listening = { ref, listener, subscription, last: "" };
    this.listening.set(key, mine);
    void this.read(mine);
    return () => {
      subscription.unsubscribe();
      if (this.listening.get(key) === mine) this.listening.delete(key);
    };
  }

  /** Reads again what may have been missed. */
  refresh(): void {
    for (const one of this.listening.values()) void this.read(one);
  }

  /** Gives an order of this process's own, as if it came from the coordinator. */
  give(ref: AttemptRef, order: Order): void {
    this.listening.get(refKey(ref))?.listener(order);
  }

  private async read(one: Listening): Promise<void> {
    try {
      const entry = await this.control.getSealed(orderKey(one.ref));
      if (entry !== null) this.hear(one, entry.value);
    } catch {
      // read again at the next reconnect or check
    }
  }

  private hear(one: Listening, value: unknown): void {
    const stored = storedOrderSchema.safeParse(value).data;
    if (stored === undefined || !this.epochs.accepts(one.ref.study, stored.epoch)) return;
    const text = JSON.stringify(stored.order);
    if (text === one.last) return;
    one.last = text;
    one.listener(stored.order);
  }
}
