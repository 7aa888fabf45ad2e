import type { EventRow } from "../../storage/store.ts";
import { z } from "zod";
import { programLogSchema } from "../../worker/protocol/program/spec.ts";

/** The event that keeps what a program printed last in an attempt. */
export const programLogEvent = "program_log";

const dataSchema = programLogSchema.extend({ trial: z.int(), attempt: z.int() });
export type RecordedLog = z.infer<typeof dataSchema>;

/** The log of a trial's newest attempt that has one; `null` without any. */
export function newestLog(events: readonly EventRow[], trial: number): RecordedLog | null {
  const logs = events.flatMap(({ name, data }) => {
    const read = name === programLogEvent ? dataSchema.safeParse(data) : null;
    return read?.success === true && read.data.trial === trial ? [read.data] : [];
  });
  return logs.at(-1) ?? null;
}
