import { LocalCoordinatorBus } from "../../worker/protocol/local/coordinator-end.ts";
import { WorkerPool } from "../../worker/protocol/local/pool.ts";
import { Coordinator } from "../coordinator/coordinator.ts";
import type { Ending } from "../coordinator/ending.ts";
import type { LocalWorkers, RunParts } from "./parts.ts";
import { watchForAlikeFailures } from "./alike-failures.ts";
import { StudyFiles } from "./study-files.ts";
import { sweepFiles } from "./sweep-files.ts";
import { workerEntry } from "./worker-entry.ts";

/** A worker process that says nothing for this long is hung: it is killed and its trial tried again. */
const leaseMs = 60_000;
/** Time for worker processes to end by themselves. */
const graceMs = 5000;

function lanesArgs({ lanes = "auto" }: LocalWorkers): string[] {
  return lanes === "auto" ? [] : ["--lanes", String(lanes)];
}

/** Drives a study with worker processes of its own, from here to its end. */
export async function driveLocally(parts: RunParts, workers: LocalWorkers): Promise<Ending> {
  const { blobFolder, clock, events, home, interrupts, plan, store } = parts;
  const bus = new LocalCoordinatorBus(home, { clock, durable: () => store.durable() });
  const notice = (message: string): void => events.emit({ kind: "notice", message, at: clock.now() });
  const files = new StudyFiles(bus, { ...parts, notice });
  const watched = parts.observer?.observed(files.bus) ?? files.bus;
  const shared = parts.beside?.over(watched) ?? watched;
  const coordinator = new Coordinator({ ...parts, bus: shared, leaseMs });
  const sweep = (): Promise<number> => sweepFiles(blobFolder, store.filesInUse(null), clock.now());
  const program = workers.program ?? { entry: workerEntry(), args: [] };
  const pool = new WorkerPool(bus, {
    size: workers.count,
    entry: program.entry,
    args: ["--blobs", blobFolder, "--engine", workers.engine, ...lanesArgs(workers), ...program.args],
    leaseMs,
    onCannotStart: (reason) => {
      coordinator.abandon({ state: "failed", reason: `workers cannot start: ${reason}` });
    },
  });
  const onNow = (): void => {
    pool.kill();
    coordinator.abandon({
      state: "interrupted",
      reason: "at once, by a second Ctrl-C or signal; nothing recorded is lost",
    });
  };
  interrupts.now.addEventListener("abort", onNow, { once: true });
  const stopWatching =
    plan.program === undefined
      ? () => {}
      : watchForAlikeFailures(events, (reason) => {
          coordinator.abandon({ state: "failed", reason: `the first trials failed alike: ${reason}` });
        });
  await sweep();
  pool.start();
  parts.baselines?.start(store);
  try {
    const ending = await coordinator.run(interrupts.finish);
    await files.finish(ending.state === "complete" || ending.state === "stopped");
    await parts.atEnd?.(ending);
    await sweep();
    return ending;
  } finally {
    stopWatching();
    interrupts.now.removeEventListener("abort", onNow);
    await bus.drain();
    await bus.close();
    await pool.stop(graceMs);
  }
}
