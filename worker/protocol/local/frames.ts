/** What travels between coordinator and a local worker process, one JSON frame at a time. */
import { z } from "zod";
import { assignmentSchema } from "../assignment.ts";
import { attemptRefSchema } from "../ids.ts";
import { orderSchema, workerInfoSchema, workerMessageSchema } from "../messages.ts";

export const toWorkerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("assign"), assignment: assignmentSchema }),
  z.strictObject({ kind: z.literal("order"), ref: attemptRefSchema, order: orderSchema }),
  /** Every message of the attempt up to `n` is committed. */
  z.strictObject({ kind: z.literal("committed"), ref: attemptRefSchema, n: z.int() }),
  z.strictObject({ kind: z.literal("drain") }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;

export const toCoordinatorSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("alive"), worker: workerInfoSchema }),
  /** The worker waits for an assignment. */
  z.strictObject({ kind: z.literal("idle") }),
  z.strictObject({ kind: z.literal("messages"), messages: z.array(workerMessageSchema) }),
]);
export type ToCoordinator = z.infer<typeof toCoordinatorSchema>;

/** One end of a two-way pipe of JSON values that keeps their order. */
export interface Channel {
  send(frame: unknown): void;
  onFrame(listener: (frame: unknown) => void): void;
  /** The other end is gone; nothing more will come. */
  onClose(listener: () => void): void;
  close(): void;
}
