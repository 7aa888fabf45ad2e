import { workerMessageSchema, type WorkerMessage } from "../../messages.ts";
import { firstIssue, parseJson } from "../server/bucket.ts";
import { MessageDropped } from "../link/traffic-errors.ts";
import { maySpeakFor } from "../link/identity.ts";
import type { Stored } from "../link/wire.ts";
import { keyBehind, reportSubject, type Names } from "../server/names.ts";

/** Messages read and not committed. */
export class ReportBatch {
  readonly messages: WorkerMessage[] = [];
  /** When the server stored what was read, by its clock, milliseconds since 1970. */
  readonly storedAt: number[] = [];
  /** Only what came on the subject of a worker's key counts. */
  private readonly needsKeys: boolean;
  private last = 0;
  private pending = 0;

  constructor(needsKeys = false) {
    this.needsKeys = needsKeys;
  }

  /** Place in the stream of the newest message read; 0: none yet. */
  get end(): number {
    return this.last;
  }

  /** Messages that came behind the newest one at that time. */
  get behind(): number {
    return this.pending;
  }

  /**
   * Takes what a publish holds, a message or a list of an attempt's next ones, and says what is wrong with the others;
   * its place counts as read either way.
   */
  add(names: Names, message: Stored): readonly Error[] {
    this.last = message.seq;
    this.storedAt.push(message.time.getTime());
    this.pending = message.info.pending;
    const value = parseJson(message.string());
    const problems: Error[] = [];
    for (const one of Array.isArray(value) ? value : [value]) {
      const reason = this.take(names, message.subject, one);
      if (reason !== null) problems.push(new MessageDropped(message.subject, reason));
    }
    return problems;
  }

  private take(names: Names, subject: string, value: unknown): string | null {
    const parsed = workerMessageSchema.safeParse(value);
    if (!parsed.success) return firstIssue(parsed.error);
    const { ref, worker } = parsed.data;
    const stem = reportSubject(names, ref);
    if (subject !== stem && !subject.startsWith(`${stem}.`)) return "it speaks of another attempt";
    const key = keyBehind(stem, subject);
    if (key === null && this.needsKeys) return "this lab's workers report with a key, and it came without";
    if (!maySpeakFor(worker, key)) return "it speaks for the worker of another key";
    this.messages.push(parsed.data);
    return null;
  }
}
