import { randomUUID } from "node:crypto";
import { pause } from "../../clock.ts";
import { parseJson } from "../server/bucket.ts";
import { isLostRace, isOutOfRoom } from "../link/api-errors.ts";
import { explain } from "../link/explain.ts";
import type { Link } from "../link/link.ts";
import { noRoom } from "../link/no-room.ts";
import { isPassing, persist } from "../link/retry.ts";
import type { Timings } from "../link/timings.ts";
import { journalSubject, type Names } from "../server/names.ts";
import { entrySchema, JournalStream, type Entry } from "./journal-stream.ts";

/** What is published as one, bytes of JSON. */
const entryBytes = 256 * 1024;

export interface JournalOptions {
  readonly link: Link;
  readonly names: Names;
  readonly timings: Timings;
  readonly study: string;
  readonly replicas?: number;
  readonly onProblem: (problem: Error) => void;
  /** Another coordinator writes here now. */
  readonly onFenced: () => void;
  /** The server lost what was written here: it must be written down in another way. */
  readonly onLost: () => void;
}

/** This coordinator must not write any more: another one does. */
export class JournalFenced extends Error {
  constructor() {
    super("another coordinator took the study over");
    this.name = "JournalFenced";
  }
}

/**
 * A list on the server that one coordinator at a time can add to: each entry is written by compare-and-set on the one
 * before it, so the first entry of a successor ends its predecessor, whatever that one believes of its lock.
 */
export class Journal {
  private readonly options: JournalOptions;
  private readonly stream: JournalStream;
  private readonly run = randomUUID();
  private readonly stopping = new AbortController();
  private readonly waiting: string[] = [];
  /** Place of the newest entry on the server. */
  private place = 0;
  private appended = 0;
  private stored = 0;
  private fenced = false;
  private working: Promise<void> | null = null;
  private waiters: { readonly upTo: number; readonly done: (error: Error | null) => void }[] = [];

  constructor(options: JournalOptions) {
    this.options = options;
    this.stream = new JournalStream(options);
  }

  /** Makes this coordinator the one that writes. Returns the place of what says so. */
  async take(): Promise<number> {
    const { link, timings } = this.options;
    await persist(link, timings, () => this.stream.ensure());
    for (;;) {
      this.place = await persist(link, timings, () => this.stream.newestPlace());
      const first = { run: this.run, items: [], open: false };
      if (await persist(link, timings, () => this.publish(first))) return this.place;
    }
  }

  /** Place on the server; what lies there and before was appended before now. */
  get newest(): number {
    return this.place;
  }

  append(item: string): void {
    if (this.fenced) return;
    this.waiting.push(item);
    this.appended += 1;
    this.working ??= this.work().finally(() => {
      this.working = null;
    });
  }

  /** Resolves when everything appended so far is on the server. Throws `JournalFenced`. */
  async safe(): Promise<void> {
    if (this.fenced) throw new JournalFenced();
    const upTo = this.appended;
    if (this.stored >= upTo) return;
    await new Promise<void>((resolve, reject) => {
      this.waiters.push({ upTo, done: (error) => (error === null ? resolve() : reject(error)) });
    });
  }

  /** Items that lie behind `after`, in order, as they were appended. */
  async read(after: number): Promise<readonly string[]> {
    const { link, timings } = this.options;
    const last = await persist(link, timings, () => this.stream.newestPlace());
    const items: string[] = [];
    let begun = "";
    let seen = after;
    while (seen < last) {
      for (const { place, entry } of await persist(link, timings, () =>
        this.stream.page(seen, last - seen),
      )) {
        seen = place;
        // What a coordinator had begun to write when its successor came is no item.
        if (entry.items.length === 0) begun = "";
        for (const [index, item] of entry.items.entries()) {
          begun += item;
          if (entry.open && index === entry.items.length - 1) continue;
          items.push(begun);
          begun = "";
        }
        if (seen >= last) break;
      }
    }
    return items;
  }

  /** Removes what lies before `upTo`. */
  async forget(upTo: number): Promise<void> {
    await this.stream.forget(upTo);
  }

  /** Waits for nothing; callers that wait for something to be safe learn that it never will be. */
  abandon(): void {
    this.stopping.abort();
    this.fenced = true;
    this.finish(new JournalFenced());
  }

  private async work(): Promise<void> {
    const { link, timings, onProblem, names } = this.options;
    const { signal } = this.stopping;
    while (this.waiting.length > 0 && !this.fenced && !signal.aborted) {
      const { entry, whole, rest } = this.nextEntry();
      try {
        await link.untilOpen(signal);
        if (!(await this.publish(entry))) return this.lose();
        this.waiting.splice(0, entry.items.length, ...(rest === null ? [] : [rest]));
        this.stored += whole;
        this.tellWaiters();
      } catch (error) {
        if (signal.aborted || link.state.kind === "closed") return;
        if (isOutOfRoom(error)) onProblem(noRoom(names.journal, "the journal of a study", error));
        else if (!isPassing(error)) onProblem(explain(error, link.servers));
        else await this.mend();
        await pause(link.clock, timings.retryMs, signal);
      }
    }
  }

  /** As many items as go into one; an item that is too long goes in parts. */
  private nextEntry(): { readonly entry: Entry; readonly whole: number; readonly rest: string | null } {
    const items: string[] = [];
    let bytes = 0;
    for (const item of this.waiting) {
      if (items.length > 0 && bytes + item.length > entryBytes) break;
      items.push(item);
      bytes += item.length;
    }
    const [first = ""] = items;
    const isLong = items.length === 1 && first.length > entryBytes;
    const entry = { run: this.run, items: isLong ? [first.slice(0, entryBytes)] : items, open: isLong };
    return { entry, whole: isLong ? 0 : items.length, rest: isLong ? first.slice(entryBytes) : null };
  }

  /** False: another coordinator wrote here. A write whose answer was lost is found by what it says. */
  private async publish(entry: Entry): Promise<boolean> {
    const { link, names, study } = this.options;
    const text = JSON.stringify(entry);
    const subject = journalSubject(names, study);
    const expect = { lastSubjectSequence: this.place };
    try {
      this.place = (await link.ask(() => link.js.publish(subject, text, { expect }))).seq;
      return true;
    } catch (error) {
      if (!isLostRace(error)) throw error;
    }
    const newest = await link.ask(() => link.jsm.direct.getMessage(names.journal, { last_by_subj: subject }));
    const isMine =
      newest === null || entrySchema.safeParse(parseJson(newest.string())).data?.run === this.run;
    if (!isMine) return false;
    const isThere = newest?.string() === text;
    this.place = newest?.seq ?? 0;
    if (isThere) return true;
    this.options.onLost();
    return await this.publish(entry);
  }

  /** The server came back without what it had, perhaps: then the list begins again. */
  private async mend(): Promise<void> {
    const { link, onLost } = this.options;
    if (!link.isOpen) return;
    try {
      if (!(await this.stream.ensure())) return;
      this.place = 0;
      onLost();
    } catch {
      // tried again with the next entry
    }
  }

  private lose(): void {
    this.fenced = true;
    this.waiting.length = 0;
    this.finish(new JournalFenced());
    this.options.onFenced();
  }

  private tellWaiters(): void {
    const due = this.waiters.filter(({ upTo }) => upTo <= this.stored);
    this.waiters = this.waiters.filter(({ upTo }) => upTo > this.stored);
    for (const { done } of due) done(null);
  }

  private finish(error: Error): void {
    const { waiters } = this;
    this.waiters = [];
    for (const { done } of waiters) done(error);
  }
}
