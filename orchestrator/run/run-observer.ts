import type { CoordinatorBus } from "../../worker/protocol/bus.ts";
import type { NatsCoordinatorBus } from "../../worker/protocol/nats/coordinator/coordinator-bus.ts";
import type { Names } from "../../worker/protocol/nats/server/names.ts";

/** Looks on while a study runs, for monitoring. It changes nothing, and what it does takes no time. */
export interface RunObserver {
  /** A bus that does what `bus` does. */
  observed(bus: CoordinatorBus): CoordinatorBus;
  /** The study's end of the lab, until the returned function is called. */
  inLab(bus: NatsCoordinatorBus, names: Names): () => void;
}
