import { z } from "zod";
import { attemptRefSchema } from "./ids.ts";
import { allowedProgramsSchema } from "./program/allowed.ts";
import { attemptEndKinds, engineInfoSchema } from "./messages.ts";

/**
 * What a supervisor (`seqtune worker`) and the process of one of its slots say to each other over the process
 * channel. Credentials travel here: neither arguments nor environments of processes are private.
 */
const authSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("token"), token: z.string() }),
  z.strictObject({ kind: z.literal("password"), user: z.string(), password: z.string() }),
  z.strictObject({ kind: z.literal("nkey"), seed: z.string() }),
  z.strictObject({ kind: z.literal("creds"), creds: z.string() }),
]);

const tlsSchema = z.strictObject({
  ca: z.string().exactOptional(),
  authority: z.string().exactOptional(),
  cert: z.string().exactOptional(),
  key: z.string().exactOptional(),
});

export const slotStartSchema = z.strictObject({
  kind: z.literal("start"),
  /** The worker's id, the same for every process of this slot. */
  id: z.string().min(1).max(120),
  engine: z.string(),
  /** Trials it trains at once; absent: as many as the engine takes well. */
  lanes: z.int().min(1).exactOptional(),
  servers: z.string(),
  auth: authSchema.exactOptional(),
  tls: tlsSchema.exactOptional(),
  coordinators: z.array(z.string()).readonly().exactOptional(),
  allowOpenServer: z.boolean().exactOptional(),
  prefix: z.string().exactOptional(),
  labels: z.record(z.string(), z.string()),
  /** What it may run as trials. */
  programs: allowedProgramsSchema.exactOptional(),
  /** Of this machine: unsent messages, copies of files. */
  folder: z.string(),
  /** What copies of files may take there. */
  cacheBytes: z.int().min(0).exactOptional(),
  /** The one GPU this process sees. */
  gpu: z.string().exactOptional(),
  /** End when the study it works or waits for is over. */
  leaveOnDrain: z.boolean(),
  /** How the slot's last process ended, if not in good order. */
  before: z.string().max(2000).exactOptional(),
  /** Of the bus; see nats/timings.ts. */
  timings: z.record(z.string(), z.number()).exactOptional(),
});
export type SlotStart = z.infer<typeof slotStartSchema>;

export const toSlotSchema = z.discriminatedUnion("kind", [
  slotStartSchema,
  /** Hand back what runs, and end. */
  z.strictObject({ kind: z.literal("finish") }),
]);
export type ToSlot = z.infer<typeof toSlotSchema>;

export const slotNewsSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ready"), engine: engineInfoSchema }),
  z.strictObject({
    kind: z.literal("connection"),
    state: z.enum(["connecting", "open", "reconnecting", "closed"]),
    servers: z.string(),
    problem: z.string().exactOptional(),
  }),
  z.strictObject({ kind: z.literal("waiting") }),
  z.strictObject({ kind: z.literal("started"), ref: attemptRefSchema, from: z.int().min(0) }),
  z.strictObject({
    kind: z.literal("ended"),
    ref: attemptRefSchema,
    how: z.enum(attemptEndKinds),
    why: z.string().nullable(),
    epochs: z.int().min(0),
    seconds: z.number().min(0),
  }),
  /** Goes on by itself; a person may have to act. */
  z.strictObject({ kind: z.literal("problem"), message: z.string() }),
  /** Starting it again would not help. */
  z.strictObject({ kind: z.literal("fatal"), message: z.string() }),
]);
export type SlotNews = z.infer<typeof slotNewsSchema>;
