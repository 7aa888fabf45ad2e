import { workerMessageSchema, type WorkerMessage } from "../../../worker/protocol/messages.ts";
import { doneSchema } from "../../../worker/protocol/nats/server/control.ts";
import { keySubject, namesFor } from "../../../worker/protocol/nats/server/names.ts";
import type { Held } from "./jetstream/stream.ts";
import type { Records } from "./records.ts";

const names = namesFor();
const reports = `${names.prefix}.report.`;
const marks = keySubject(names.control, "done.");

/** Follows what a server receives: what workers sent, and up to where it is recorded, which must be true. */
export class Promises {
  private readonly records: Records;
  /** What workers sent and no coordinator has promised to have recorded, by attempt. */
  private readonly sent = new Map<string, readonly WorkerMessage[]>();

  constructor(records: Records) {
    this.records = records;
  }

  stored({ subject, data }: Held): void {
    if (subject.startsWith(reports)) this.reported(subject.slice(reports.length), parse(data));
    if (subject.startsWith(marks)) this.promised(subject.slice(marks.length), parse(data));
  }

  private reported(attempt: string, value: unknown): void {
    const messages = (Array.isArray(value) ? value : [value]).map((one) => workerMessageSchema.parse(one));
    this.sent.set(attempt, [...(this.sent.get(attempt) ?? []), ...messages]);
  }

  private promised(attempt: string, value: unknown): void {
    const { n, worker } = doneSchema.parse(value);
    const sent = this.sent.get(attempt) ?? [];
    const isDone = (message: WorkerMessage): boolean => message.worker === worker && message.n <= n;
    for (const message of sent) if (isDone(message)) this.records.acknowledged(message);
    const open = sent.filter((message) => !isDone(message)); // a database that is restored need not have the others
    this.sent.set(attempt, open);
  }
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
