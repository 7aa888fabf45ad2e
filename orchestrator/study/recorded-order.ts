/**
 * An order is recorded before it is given, so that a study that is resumed stands by it, and judges late reports as if it had never
 * been away.
 */
import { z } from "zod";
import type { StudyStore, Write } from "../../storage/store.ts";
import type { StandingOrder } from "./live-trial.ts";

/** Name of the event that is recorded with each order. */
export const orderEvent = "order";

const orderSchema = z.object({
  trial: z.int(),
  attempt: z.int(),
  /** The trial's newest epoch when it was given; absent in databases of an earlier version. */
  epoch: z.int().optional(),
  /** Number of the attempt's report that a verdict followed; absent for other orders, and in an earlier version. */
  n: z.int().optional(),
  kind: z.enum(["stop", "pause"]),
  reason: z.string(),
  outcome: z.enum(["pruned", "cancelled", "complete", "paused", "interrupted"]),
});

export type RecordedOrder = Readonly<z.infer<typeof orderSchema>>;

export function orderWrite(order: StandingOrder & RecordedOrder, at: number): Write {
  return { kind: "event", name: orderEvent, data: order, at };
}

export function readOrder(data: unknown): RecordedOrder {
  return orderSchema.parse(data);
}

/** Every order of the study, in the order in which they were given. */
export function recordedOrders(store: StudyStore, study: number): readonly RecordedOrder[] {
  return store
    .events(study)
    .filter(({ name }) => name === orderEvent)
    .map(({ data }) => readOrder(data));
}
