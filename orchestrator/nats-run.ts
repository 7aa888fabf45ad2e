import { hostname } from "node:os";
import path from "node:path";
import { createCoordinatorBus } from "../worker/protocol/nats/coordinator-bus.ts";
import type { LinkOptions } from "../worker/protocol/nats/link.ts";
import type { Labels } from "../worker/protocol/nats/names.ts";
import { Coordinator } from "./coordinator/coordinator.ts";
import type { CoordinatorDeps } from "./coordinator/deps.ts";
import type { Ending } from "./coordinator/ending.ts";
import { fileBlobs } from "../worker/protocol/local/file-blobs.ts";
import type { Interrupts } from "./local-run.ts";
import { ModelKeeper } from "./model-keeper.ts";

/** How to reach the lab's NATS server. */
export interface LabOptions extends Omit<LinkOptions, "name"> {
  /** Labels a worker must have to get this study's trials. */
  readonly requires?: Labels;
}

/** Silence after which a worker's attempts are given to others. Heartbeats come every 10 s. */
const leaseMs = 60_000;

/** Drives a study with the workers of a lab, from here to its end. */
export async function driveOverNats(
  deps: Omit<CoordinatorDeps, "bus" | "leaseMs">,
  db: string,
  blobFolder: string,
  lab: LabOptions,
  interrupts: Interrupts,
): Promise<Ending> {
  const { clock, events, plan, study } = deps;
  const notice = (message: string): void => events.emit({ kind: "notice", message, at: clock.now() });
  let superseded: Error | null = null;
  let coordinator: Coordinator | null = null;
  const bus = await createCoordinatorBus({
    ...lab,
    study: study.key,
    owner: `${hostname()}:${path.resolve(db)}`,
    folder: path.join(blobFolder, "lab"),
    onState: (state) => {
      if (state.kind === "reconnecting")
        notice(`the NATS server at ${state.servers} does not answer; reconnecting, workers go on`);
      if (state.kind === "open") notice(`connected to the NATS server at ${state.servers}`);
    },
    onProblem: (problem) => notice(problem.message),
    onSuperseded: (error) => {
      superseded = error;
      coordinator?.abandon({ state: "interrupted", reason: error.message });
    },
  });
  const home = fileBlobs(blobFolder);
  const driver = new Coordinator({ ...deps, bus, leaseMs });
  const keeper = new ModelKeeper({ ...deps, bus: bus.blobs, home, notice });
  coordinator = driver;
  const onNow = (): void => {
    driver.abandon({
      state: "interrupted",
      reason: "interrupted at once; workers finish what they have, nothing recorded is lost",
    });
  };
  interrupts.now.addEventListener("abort", onNow, { once: true });
  try {
    notice("sending the data to the lab");
    await bus.blobs.put(await home.get(plan.data));
    const ending = await driver.run(interrupts.finish);
    await keeper.finish();
    return ending;
  } finally {
    interrupts.now.removeEventListener("abort", onNow);
    if (superseded === null) await bus.close();
    else await bus.abandon();
  }
}
