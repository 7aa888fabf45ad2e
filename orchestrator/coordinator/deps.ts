import type { Study, StudyStore } from "../../storage/store.ts";
import type { CoordinatorBus } from "../../worker/protocol/bus.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { StudyEvents } from "../events.ts";
import type { Capacity } from "./capacity.ts";
import type { StudyPlan } from "./plan.ts";

/** The parts a coordinator works with; `orchestrator/run/compose.ts` chooses them. */
export interface CoordinatorDeps {
  readonly study: Study;
  readonly plan: StudyPlan;
  readonly store: StudyStore;
  readonly bus: CoordinatorBus;
  readonly events: StudyEvents;
  readonly clock: Clock;
  /** Silence after which a worker's attempts are given to others, milliseconds. */
  readonly leaseMs: number;
  /** Requests to stop up to this one were meant for those who ran the study before. Default: all there are. */
  readonly lastStopRequest?: number;
  /** How many trials may be open; default: as many as there are workers. */
  readonly capacity?: Capacity;
}
