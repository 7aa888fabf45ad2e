import type { CoordinatorBus } from "../../worker/protocol/bus.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";

/** The same bus; `then` hears of every batch of messages that was committed through it. */
export function afterCommit(
  bus: CoordinatorBus,
  then: (messages: readonly WorkerMessage[]) => void,
): CoordinatorBus {
  return {
    blobs: bus.blobs,
    survivesCoordinator: bus.survivesCoordinator,
    open: (handlers) =>
      bus.open({
        ...handlers,
        commit: (messages) => {
          handlers.commit(messages);
          then(messages);
        },
        // Methods of the handlers keep their object.
        worker: (change) => handlers.worker(change),
        claimed: (ref, worker) => handlers.claimed?.(ref, worker),
        connection: (state) => handlers.connection?.(state),
      }),
    offer: (assignment) => bus.offer(assignment),
    withdraw: (ref) => bus.withdraw(ref),
    order: (ref, order) => bus.order(ref, order),
    settle: (ref, lastWord) => bus.settle(ref, lastWord),
    dismiss: (refs) => bus.dismiss(refs),
    drain: () => bus.drain(),
    close: () => bus.close(),
  };
}
