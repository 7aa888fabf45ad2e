import type { WorkerChange } from "../../bus.ts";
import { timeout } from "../../clock.ts";
import type { AttemptRef } from "../../ids.ts";
import type { JsonBucket } from "../server/bucket.ts";
import type { Claims } from "../server/claims.ts";
import type { Done } from "../server/control.ts";
import type { Link } from "../link/link.ts";
import { bucketStream, doneOfStudy, keySubject, refOfKey, type Names } from "../server/names.ts";
import { inParallel } from "../link/retry.ts";
import type { Timings } from "../link/timings.ts";
import { Places } from "./places.ts";

export interface LeftoversOptions {
  readonly link: Link;
  readonly names: Names;
  readonly timings: Timings;
  readonly study: string;
  readonly control: JsonBucket;
  readonly claims: Claims;
  readonly epoch: () => number;
}

/**
 * Removes from the server what ended attempts leave there: their claims, and the watermarks of their messages.
 *
 * A claim has to turn away an offer that comes back, as those may that were taken in the minutes before a server was killed, or
 * that is still in its queue, as one that was withdrawn is. So claims go late, and those of attempts that run, or whose
 * offer is queued, are written again before they are old. A watermark spares a worker that was away from sending what is
 * committed; one that comes later sends it, and hears the watermark that follows. Watermarks go before the claim: an
 * attempt that can be claimed must find none of another try.
 *
 * When the study is over no coordinator answers. So the last one leaves a watermark for all its attempts, which one that takes
 * the study up again removes before it offers anything.
 */
export class Leftovers {
  private readonly options: LeftoversOptions;
  /** What each worker said last that it runs of this study, and when. */
  private readonly running = new Map<string, { readonly ref: AttemptRef; readonly at: number }>();
  private readonly claims: Places;
  private readonly marks: Places;
  private isOver = false;

  constructor(options: LeftoversOptions) {
    const { link, names, timings } = options;
    this.options = options;
    this.claims = new Places(link, bucketStream(names.claims), timings.keepEndedMs);
    this.marks = new Places(link, bucketStream(names.control), timings.keepEndedMs);
    link.onState(({ kind }) => {
      if (kind === "open") return;
      this.claims.forget(); // what workers run is not known before they were heard again
      this.marks.forget();
    });
  }

  heard(change: WorkerChange): void {
    if (change.kind === "gone") return void this.running.delete(change.worker);
    const { link, study } = this.options;
    const { id, running } = change.worker;
    if (running?.study === study) this.running.set(id, { ref: running, at: link.clock.monotonic() });
    else this.running.delete(id);
  }

  /** Removes what is old by now. */
  async remove(): Promise<void> {
    const { names, study, timings } = this.options;
    const { keepEndedMs } = timings;
    await this.marks.look();
    await this.claims.look();
    await this.marks.clear(keySubject(names.control, `${doneOfStudy(study)}.>`), keepEndedMs / 3);
    await this.renewClaims(this.claims.before(keepEndedMs / 3));
    await this.claims.clear(keySubject(names.claims, `${study}.>`), keepEndedMs);
  }

  /** The study is over: what any worker still keeps for it is wanted no more. */
  dismiss(): void {
    this.isOver = true;
  }

  /** The last words of a study have to be written also right after the server was away for longer than a lock holds; `prove` renews it. */
  async comeBack(prove: () => Promise<unknown>): Promise<void> {
    const { link, timings } = this.options;
    if (!this.isOver) return;
    const limit = timeout(link.clock, timings.requestMs);
    await link.untilOpen(limit).then(prove, () => {});
  }

  /** Leaves word for the workers of a study that is over. */
  async lastWord(mayAct: () => boolean): Promise<void> {
    const { control, epoch, link, study } = this.options;
    if (!this.isOver || !link.isOpen || !mayAct()) return;
    const all: Done = { n: Number.MAX_SAFE_INTEGER, epoch: epoch(), worker: null };
    await link.ask(() => control.putSealed(doneOfStudy(study), all));
  }

  /** The study goes on: its messages are wanted again. */
  async wantAll(): Promise<void> {
    const { link, names, study } = this.options;
    const filter = keySubject(names.control, doneOfStudy(study));
    await link.jsm.streams.purge(bucketStream(names.control), { filter });
  }

  /** Writes the claims again that are needed and were written up to `old`. */
  private async renewClaims(old: number): Promise<void> {
    if (old === 0) return;
    const refs = [...this.runningNow(), ...(await this.queued())];
    await inParallel(refs.length, 16, async (index) => {
      await this.options.claims.renew(refs[index]!, old);
    });
  }

  private runningNow(): readonly AttemptRef[] {
    const { link, timings } = this.options;
    const now = link.clock.monotonic();
    for (const [id, { at }] of this.running) if (now - at > timings.keepEndedMs) this.running.delete(id);
    return Array.from(this.running.values(), ({ ref }) => ref);
  }

  /** Attempts of the study whose offer is in a queue, claimed or not. */
  private async queued(): Promise<readonly AttemptRef[]> {
    const { link, names, study } = this.options;
    const filter = `${names.prefix}.trial.*.${study}.>`;
    const { state } = await link.jsm.streams.info(names.trials, { subjects_filter: filter });
    const keys = Object.keys(state.subjects ?? {}).map((subject) => subject.split(".").slice(-3).join("."));
    return keys.flatMap((key) => refOfKey(key) ?? []);
  }
}
