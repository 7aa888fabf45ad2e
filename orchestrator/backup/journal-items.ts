/** The journal is read by another machine, maybe after an update: each item is parsed as anything else that comes over a wire. */
import { z } from "zod";
import type { StudyBaseline, StudyState, Write } from "../../storage/store.ts";
import { wireNumberSchema, fromWire, toWire } from "../../worker/protocol/numbers.ts";

/** What a study's journal holds: everything that changes what its database says of it. */
export type JournalItem =
  /** A snapshot holds what comes before this and nothing behind it. */
  | { readonly kind: "snapshot"; readonly id: string }
  | { readonly kind: "record"; readonly writes: readonly Write[] }
  | {
      readonly kind: "state";
      readonly state: StudyState;
      readonly reason: string | null;
      readonly at: number;
    }
  | { readonly kind: "baselines"; readonly baselines: readonly StudyBaseline[] };

const number = wireNumberSchema.transform((value) => fromWire(value));
const pointer = z.strictObject({ sha256: z.string(), bytes: z.number(), epoch: z.number() });
const paramValue = z.union([
  z.number(),
  z.string(),
  z.boolean(),
  z.null(),
  z.array(z.number()),
  z.array(z.string()),
]);
const params = z.record(z.string(), paramValue);
const count = z.int().min(0);
const outcome = z.enum(["complete", "pruned", "diverged", "failed", "cancelled"]);
const endState = z.enum(["complete", "stopped", "paused", "handed_back", "diverged", "failed", "lost"]);

const newTrial = z.strictObject({
  number: count,
  params,
  seed: z.number(),
  epochs: count,
  origin: z.string().nullable(),
  at: z.number(),
});
const report = z.strictObject({
  trial: count,
  attempt: count,
  n: count,
  epoch: count,
  value: z.number().nullable(),
  metrics: z.record(z.string(), number),
  seconds: z.number(),
  at: z.number(),
});

const write = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("trial_added"), trial: newTrial }),
  z.strictObject({
    kind: z.literal("attempt_offered"),
    trial: count,
    attempt: count,
    fromEpoch: count,
    toEpoch: count,
    at: z.number(),
  }),
  z.strictObject({
    kind: z.literal("attempt_started"),
    trial: count,
    attempt: count,
    worker: z.string(),
    engine: z.string(),
    at: z.number(),
  }),
  z.strictObject({ kind: z.literal("report"), report }),
  z.strictObject({ kind: z.literal("report_disowned"), trial: count, attempt: count, n: count }),
  z.strictObject({ kind: z.literal("checkpoint"), trial: count, attempt: count, checkpoint: pointer }),
  z.strictObject({
    kind: z.literal("attempt_ended"),
    trial: count,
    attempt: count,
    state: endState,
    reason: z.string().nullable(),
    at: z.number(),
  }),
  z.strictObject({ kind: z.literal("trial_continued"), trial: count, epochs: count }),
  z.strictObject({
    kind: z.literal("trial_paused"),
    trial: count,
    reason: z.string(),
    model: pointer.nullable(),
  }),
  z.strictObject({
    kind: z.literal("trial_ended"),
    trial: count,
    outcome,
    reason: z.string().nullable(),
    model: pointer.nullable(),
    at: z.number(),
  }),
  z.strictObject({ kind: z.literal("trial_invalid"), trial: count, reason: z.string(), at: z.number() }),
  z.strictObject({ kind: z.literal("event"), name: z.string(), data: z.unknown(), at: z.number() }),
]);

const item = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("snapshot"), id: z.string() }),
  z.strictObject({ kind: z.literal("record"), writes: z.array(write) }),
  z.strictObject({
    kind: z.literal("state"),
    state: z.enum(["running", "interrupted", "complete", "stopped", "failed"]),
    reason: z.string().nullable(),
    at: z.number(),
  }),
  z.strictObject({
    kind: z.literal("baselines"),
    baselines: z.array(
      z.strictObject({ name: z.string(), value: z.number().nullable(), naive: z.boolean() }),
    ),
  }),
]);

export function encodeItem(value: JournalItem): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "number" && !Number.isFinite(part) ? toWire(part) : part,
  );
}

/** Throws a `ZodError` for what no coordinator of this version wrote. */
export function decodeItem(text: string): JournalItem {
  return item.parse(JSON.parse(text));
}
