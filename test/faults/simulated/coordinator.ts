import { createHash } from "node:crypto";
import { Coordinator } from "../../../orchestrator/coordinator/coordinator.ts";
import type { Ending } from "../../../orchestrator/coordinator/ending.ts";
import type { StudyPlan } from "../../../orchestrator/coordinator/plan.ts";
import { StudyEvents, type StudyEvent } from "../../../orchestrator/events.ts";
import { override } from "../../../orchestrator/override.ts";
import type { Search } from "../../../orchestrator/run/search-of.ts";
import { keepAll } from "../../../search/pruner.ts";
import { randomSampler } from "../../../search/samplers/random.ts";
import type { StudyStore } from "../../../storage/store.ts";
import type { BlobStore } from "../../../worker/protocol/blobs.ts";
import type { CoordinatorBus } from "../../../worker/protocol/bus.ts";
import type { WorkerMessage } from "../../../worker/protocol/messages.ts";
import { createCoordinatorBus } from "../../../worker/protocol/nats/coordinator/create-coordinator-bus.ts";
import { settingsWith } from "../../../worker/protocol/settings.ts";
import { scriptedSpace } from "../../support/scripted-study.ts";
import type { SimulatedWire } from "./jetstream/wire.ts";
import { labTimings, type SimulatedLab } from "./lab.ts";
import type { Life } from "./time.ts";

export const studyKey = "simulated";
const dataBytes = new TextEncoder().encode("y\n1\n");
export const data = { sha256: createHash("sha256").update(dataBytes).digest("hex"), bytes: dataBytes.length };

export interface DriveOptions {
  readonly lab: SimulatedLab;
  readonly life: Life;
  readonly store: StudyStore;
  readonly folder: string;
  readonly copies: BlobStore;
  readonly trials: number;
  readonly epochs: number;
  readonly search?: Search;
  /** A control: the coordinator takes messages for recorded that its disk refused. */
  readonly swallows?: boolean;
  readonly signal: AbortSignal;
  readonly onWire: (wire: SimulatedWire) => void;
  readonly onEvent: (event: StudyEvent) => void;
}

/** One process of a coordinator, from its connection to the study's end or its own. */
export async function driveStudy(options: DriveOptions): Promise<Ending> {
  const { lab, life, store, folder, copies, signal } = options;
  const clock = lab.time.clock(life);
  const events = new StudyEvents();
  events.on((event) => {
    if (life.alive) options.onEvent(event);
  });
  const bus = await createCoordinatorBus({
    servers: "simulated",
    study: studyKey,
    owner: "simulated",
    folder,
    copies,
    clock,
    timings: labTimings,
    onProblem: (problem) => lab.problem("coordinator", problem),
    onSuperseded: (error) => {
      if (life.alive) lab.violations.push(`no other coordinator has the study: ${error.message}`);
    },
    dial: async () => {
      const wire = await lab.dial(life);
      options.onWire(wire);
      return wire;
    },
  });
  await bus.blobs.put(dataBytes);
  const coordinator = new Coordinator({
    study: store.findStudy(studyKey)!,
    plan: planOf(options),
    store,
    bus: options.swallows === true ? swallowing(bus) : bus,
    events,
    clock,
    leaseMs: 5_000,
  });
  const ending = await coordinator.run(signal);
  if (ending.state === "interrupted") await bus.close();
  return ending;
}

function planOf({ trials, epochs, search }: DriveOptions): StudyPlan {
  return {
    seed: 1,
    budget: { trials, epochs },
    sampler: randomSampler(scriptedSpace),
    pruner: keepAll,
    ...search,
    data,
    checkpointSeconds: null,
    settingsFor: (params) => {
      const settings = settingsWith({ data: { targets: ["y"] }, model: {} }, params);
      if (!settings.success) throw settings.error;
      return settings.data;
    },
  };
}

/** Takes for recorded what the disk refused. */
function swallowing(bus: CoordinatorBus): CoordinatorBus {
  return override(bus, {
    open: async (handlers) => {
      const commit = (messages: readonly WorkerMessage[]): void => {
        try {
          handlers.commit(messages);
        } catch {
          // the disk is full
        }
      };
      await bus.open(override(handlers, { commit }));
    },
  });
}
