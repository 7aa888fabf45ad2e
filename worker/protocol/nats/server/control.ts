import { z } from "zod";
import { orderSchema } from "../../messages.ts";

/** What the control bucket holds, per attempt. */
export const storedOrderSchema = z.object({ order: orderSchema, epoch: z.int().min(0) });
export type StoredOrder = z.infer<typeof storedOrderSchema>;

/** Sends the workers of a study home. */
export const drainSchema = z.object({ epoch: z.int().min(0) });
export type Drain = z.infer<typeof drainSchema>;

/**
 * Highest message number whose message, and all before it, are in the database, of those that `worker` sent: where a
 * server forgot who holds an attempt, two may send for it. `null`: any worker.
 */
export const doneSchema = z.object({
  n: z.int().min(-1),
  epoch: z.int().min(0),
  worker: z.string().nullable().default(null),
});
export type Done = z.infer<typeof doneSchema>;
