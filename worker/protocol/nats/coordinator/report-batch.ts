import type { JsMsg } from "@nats-io/jetstream";
import { workerMessageSchema, type WorkerMessage } from "../../messages.ts";
import { firstIssue, parseJson } from "../server/bucket.ts";
import { reportSubject, type Names } from "../server/names.ts";

/** Messages read and not committed. */
export class ReportBatch {
  readonly messages: WorkerMessage[] = [];
  private last = 0;
  private pending = 0;

  /** Place in the stream of the newest message read; 0: none yet. */
  get end(): number {
    return this.last;
  }

  /** Messages that came behind the newest one at that time. */
  get behind(): number {
    return this.pending;
  }

  /** Takes a message, or says what is wrong with it; its place counts as read either way. */
  add(names: Names, message: JsMsg): Error | null {
    this.last = message.seq;
    this.pending = message.info.pending;
    const parsed = workerMessageSchema.safeParse(parseJson(message.string()));
    if (parsed.success && message.subject === reportSubject(names, parsed.data.ref)) {
      this.messages.push(parsed.data);
      return null;
    }
    const reason = parsed.success ? "it speaks of another attempt" : firstIssue(parsed.error);
    return new Error(`a message on ${message.subject} is not valid and was dropped: ${reason}`);
  }
}
