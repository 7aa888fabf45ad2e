/**
 * A worker that hears of an attempt acts on it. If the coordinator's disk is lost then, its successor must know of the attempt, too:
 * so the journal has it first.
 */
import type { CoordinatorBus } from "../../worker/protocol/bus.ts";
import { refKey } from "../../worker/protocol/ids.ts";
import { override } from "../override.ts";

/** The same bus; workers hear of an attempt or an order only once `safe`, asked then, has resolved. */
export function safeOffers(bus: CoordinatorBus, safe: () => Promise<void>): CoordinatorBus {
  /** Attempts that are not offered yet, and those whose orders are not given yet. */
  const waiting = new Set<string>();
  const ordered = new Set<string>();
  const parts: Partial<CoordinatorBus> = {
    offer: async (assignment) => {
      const key = refKey(assignment.ref);
      waiting.add(key);
      await safe();
      if (waiting.delete(key)) await bus.offer(assignment);
    },
    withdraw: async (ref) => waiting.delete(refKey(ref)) || (await bus.withdraw(ref)),
    order: async (ref, order) => {
      const key = refKey(ref);
      ordered.add(key);
      await safe();
      if (ordered.delete(key)) await bus.order(ref, order);
    },
    settle: async (ref, lastWord) => {
      waiting.delete(refKey(ref));
      ordered.delete(refKey(ref));
      await bus.settle(ref, lastWord);
    },
  };
  return override(bus, parts);
}
