import { refKey } from "../../ids.ts";
import type { JsonBucket } from "../server/bucket.ts";
import { doneSchema } from "../server/control.ts";
import type { Epochs } from "../server/epochs.ts";
import type { Link } from "../link/link.ts";
import { doneKey, doneOfStudy, keySubject, type Names } from "../server/names.ts";
import type { AttemptSpool } from "./spool.ts";

/** What one worker sent of an attempt. */
type Sent = Pick<AttemptSpool, "ref" | "worker" | "newest">;

/** How far the messages of an attempt are committed, as the coordinator writes it down. */
export class Watermarks {
  private readonly link: Link;
  private readonly names: Names;
  private readonly control: JsonBucket;
  private readonly epochs: Epochs;

  constructor(link: Link, names: Names, control: JsonBucket, epochs: Epochs) {
    this.link = link;
    this.names = names;
    this.control = control;
    this.epochs = epochs;
  }

  /** The newest committed message of this spool, -1 when none is known. */
  async read(spool: Sent): Promise<number> {
    const own = await this.readAt(doneKey(spool.ref), spool);
    return own >= spool.newest ? own : Math.max(own, await this.readAt(doneOfStudy(spool.ref.study), spool));
  }

  private async readAt(key: string, spool: Sent): Promise<number> {
    const entry = await this.control.getSealed(key);
    return entry === null ? -1 : this.accept(spool, entry.value);
  }

  /** Calls back with every new watermark. Returns how to stop. */
  watch(spool: Sent, listener: (n: number) => void): () => void {
    const { ref } = spool;
    const subscription = this.link.nc.subscribe(keySubject(this.names.control, `done.${refKey(ref)}`), {
      callback: (error, msg) => {
        if (error === null) listener(this.accept(spool, this.link.seal.read(msg.subject, msg.string())));
      },
    });
    return () => subscription.unsubscribe();
  }

  private accept({ ref, worker }: Sent, value: unknown): number {
    const done = doneSchema.safeParse(value).data;
    if (done === undefined || !this.epochs.accepts(ref.study, done.epoch)) return -1;
    return done.worker === null || done.worker === worker ? done.n : -1;
  }
}
