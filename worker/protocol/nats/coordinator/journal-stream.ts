import { DiscardPolicy, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import { z } from "zod";
import { isNoSuchStream } from "../link/api-errors.ts";
import type { Link } from "../link/link.ts";
import type { Timings } from "../link/timings.ts";
import { parseJson } from "../server/bucket.ts";
import { replicasOn } from "../server/replicas.ts";
import { journalSubject, type Names } from "../server/names.ts";

const journalBytes = 512 << 20;

/** `items`: what was appended, in order; `open`: the last of them goes on in the next entry. */
export const entrySchema = z.object({ run: z.string(), items: z.array(z.string()), open: z.boolean() });
export type Entry = z.infer<typeof entrySchema>;

export interface JournalStreamOptions {
  readonly link: Link;
  readonly names: Names;
  readonly timings: Timings;
  readonly study: string;
  readonly replicas?: number;
}

/** Where a study's journal lies on the server. */
export class JournalStream {
  private readonly options: JournalStreamOptions;

  constructor(options: JournalStreamOptions) {
    this.options = options;
  }

  /** Place of the newest entry; 0: there is none. */
  async newestPlace(): Promise<number> {
    const { link, names, study } = this.options;
    const subject = journalSubject(names, study);
    const newest = await link.jsm.direct.getMessage(names.journal, { last_by_subj: subject });
    return newest?.seq ?? 0;
  }

  /** Some entries behind a place, `most` of them: none where the server was slow. */
  async page(
    after: number,
    most: number,
  ): Promise<readonly { readonly place: number; readonly entry: Entry }[]> {
    const { link, names, study, timings } = this.options;
    const consumer = await link.js.consumers.get(names.journal, {
      filter_subjects: journalSubject(names, study),
      opt_start_seq: after + 1,
    });
    const page: { readonly place: number; readonly entry: Entry }[] = [];
    const messages = await consumer.fetch({
      max_messages: Math.min(500, most),
      expires: Math.min(1_000, timings.requestMs),
    });
    for await (const message of messages)
      page.push({ place: message.seq, entry: entrySchema.parse(parseJson(message.string())) });
    return page;
  }

  /** Removes what lies before `upTo`. */
  async forget(upTo: number): Promise<void> {
    if (upTo <= 1) return; // asked for less than its first message, server 2.9 removes them all
    const { link, names, study } = this.options;
    const filter = journalSubject(names, study);
    await link.ask(() => link.jsm.streams.purge(names.journal, { filter, seq: upTo }));
  }

  /** True: it was made. */
  async ensure(): Promise<boolean> {
    const { link, names, replicas = replicasOn(link, undefined).count } = this.options;
    try {
      await link.jsm.streams.info(names.journal);
      return false;
    } catch (error) {
      if (!isNoSuchStream(error)) throw error;
      await link.jsm.streams.add({
        name: names.journal,
        subjects: [`${names.prefix}.journal.>`],
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        num_replicas: replicas,
        discard: DiscardPolicy.New,
        allow_direct: true,
        max_bytes: journalBytes,
      });
      return true;
    }
  }
}
