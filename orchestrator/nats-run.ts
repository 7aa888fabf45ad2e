import path from "node:path";
import { fileBlobs } from "../worker/protocol/local/file-blobs.ts";
import { Coordinator } from "./coordinator/coordinator.ts";
import type { CoordinatorDeps } from "./coordinator/deps.ts";
import type { Ending } from "./coordinator/ending.ts";
import type { LabTerms } from "./config/lab.ts";
import { BoardPublisher } from "./lab/board-publisher.ts";
import type { LabConnection } from "./lab/connection.ts";
import { LabSession } from "./lab/session.ts";
import { answerStops } from "./lab/stop-line.ts";
import { watchForWorkers } from "./lab/waiting.ts";
import type { Interrupts } from "./local-run.ts";
import { ModelKeeper } from "./model-keeper.ts";
import { askToStop } from "./stop-study.ts";

/** Drives a study with the workers of a lab, from here to its end. */
export async function driveOverNats(
  deps: Omit<CoordinatorDeps, "bus" | "leaseMs">,
  db: string,
  blobFolder: string,
  lab: LabConnection,
  terms: LabTerms | undefined,
  interrupts: Interrupts,
): Promise<Ending> {
  const { clock, events, plan, store, study } = deps;
  const notice = (message: string): void => events.emit({ kind: "notice", message, at: clock.now() });
  let superseded: Error | null = null;
  let coordinator: Coordinator | null = null;
  const session = await LabSession.enter({
    lab,
    study: study.key,
    title: study.name,
    db,
    folder: path.join(blobFolder, "lab"),
    terms,
    clock,
    notice,
    onSuperseded: (error) => {
      superseded = error;
      coordinator?.abandon({ state: "interrupted", reason: error.message });
    },
  });
  const { bus, capacity, leaseMs, names, timings } = session;
  const home = fileBlobs(blobFolder);
  const board = new BoardPublisher(bus.link, names, deps, timings.heartbeatMs / 5);
  events.on((event) => {
    // Not before: the coordinator leaves aside what was asked of those who ran the study earlier.
    if (event.kind === "study_started")
      answerStops(bus.link, names, study.key, (trial) => askToStop(store, study, trial, clock.now()));
  });
  const driver = new Coordinator({ ...deps, bus, capacity, leaseMs });
  const keeper = new ModelKeeper({ ...deps, bus: bus.blobs, home, notice });
  coordinator = driver;
  const onNow = (): void => {
    const reason = "interrupted at once; workers finish what they have, nothing recorded is lost";
    driver.abandon({ state: "interrupted", reason });
  };
  interrupts.now.addEventListener("abort", onNow, { once: true });
  try {
    await session.provide(plan.data, home);
    const unfit = (): number => capacity.unfitWorkers();
    const stopWatching = watchForWorkers(events, clock, lab, terms?.requires ?? {}, notice, unfit);
    const ending = await driver.run(interrupts.finish).finally(stopWatching);
    await keeper.finish();
    if (ending.state === "complete" || ending.state === "stopped") await bus.drain();
    return ending;
  } finally {
    interrupts.now.removeEventListener("abort", onNow);
    await board.stop();
    await session.leave(superseded !== null);
  }
}
