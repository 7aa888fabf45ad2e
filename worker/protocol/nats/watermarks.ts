import { refKey, type AttemptRef } from "../ids.ts";
import { parseJson, type JsonBucket } from "./bucket.ts";
import { doneSchema } from "./control.ts";
import type { Epochs } from "./epochs.ts";
import type { Link } from "./link.ts";
import { doneKey, keySubject, type Names } from "./names.ts";

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

  /** The newest committed message, -1 when none is known. */
  async read(ref: AttemptRef): Promise<number> {
    const entry = await this.control.get(doneKey(ref));
    return entry === null ? -1 : this.accept(ref, entry.value);
  }

  /** Calls back with every new watermark. Returns how to stop. */
  watch(ref: AttemptRef, listener: (n: number) => void): () => void {
    const subscription = this.link.nc.subscribe(keySubject(this.names.control, `done.${refKey(ref)}`), {
      callback: (error, msg) => {
        if (error === null) listener(this.accept(ref, parseJson(msg.string())));
      },
    });
    return () => subscription.unsubscribe();
  }

  private accept(ref: AttemptRef, value: unknown): number {
    const done = doneSchema.safeParse(value).data;
    return done !== undefined && this.epochs.accepts(ref.study, done.epoch) ? done.n : -1;
  }
}
