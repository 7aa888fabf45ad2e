import { fileURLToPath } from "node:url";
import { LocalCoordinatorBus } from "../../worker/protocol/local/coordinator-end.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { WorkerPool } from "../../worker/protocol/local/pool.ts";
import { Coordinator } from "../coordinator/coordinator.ts";
import type { CoordinatorDeps } from "../coordinator/deps.ts";
import type { Ending } from "../coordinator/ending.ts";
import { watchForAlikeFailures } from "./alike-failures.ts";
import type { RunObserver } from "./run-observer.ts";
import { StudyFiles } from "./study-files.ts";
import { sweepFiles } from "./sweep-files.ts";

/** The worker processes of this machine. */
export interface LocalWorkers {
  /** Worker processes, each trains one trial at a time. */
  readonly count: number;
  /** "auto" or an engine's name. */
  readonly engine: string;
  /** Trials a process trains at once; "auto" when absent. */
  readonly lanes?: number | "auto";
  /** Another program than seqtune's own worker, with further arguments (tests and benches). */
  readonly program?: { readonly entry: string; readonly args: readonly string[] };
}

/** How a run is ended from outside, as Ctrl-C does once and twice. */
export interface Interrupts {
  /** Hand running trials back, end in good order. */
  readonly finish: AbortSignal;
  /** End at once. */
  readonly now: AbortSignal;
}

/** A worker process that says nothing for this long is hung: it is killed and its trial tried again. */
const leaseMs = 60_000;
/** Time for worker processes to end by themselves. */
const graceMs = 5000;

/** The program a local worker process runs, beside this file in the sources or in dist/. */
export function workerEntry(): string {
  const inSource = import.meta.url.endsWith(".ts");
  return fileURLToPath(new URL(inSource ? "../../worker/main.ts" : "../../worker/main.js", import.meta.url));
}

function lanesArgs({ lanes = "auto" }: LocalWorkers): string[] {
  return lanes === "auto" ? [] : ["--lanes", String(lanes)];
}

/** Drives a study with worker processes of its own, from here to its end. */
export async function driveLocally(
  deps: Omit<CoordinatorDeps, "bus" | "leaseMs"> & { readonly observer?: RunObserver | undefined },
  blobFolder: string,
  workers: LocalWorkers,
  interrupts: Interrupts,
): Promise<Ending> {
  const blobs = fileBlobs(blobFolder);
  const bus = new LocalCoordinatorBus(blobs);
  const { clock, events, store } = deps;
  const notice = (message: string): void => events.emit({ kind: "notice", message, at: clock.now() });
  const files = new StudyFiles(bus, { ...deps, home: blobs, notice });
  const watched = deps.observer?.observed(files.bus) ?? files.bus;
  const coordinator = new Coordinator({ ...deps, bus: watched, leaseMs });
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
    deps.plan.program === undefined
      ? () => {}
      : watchForAlikeFailures(events, (reason) => {
          coordinator.abandon({ state: "failed", reason: `the first trials failed alike: ${reason}` });
        });
  await sweep();
  pool.start();
  try {
    const ending = await coordinator.run(interrupts.finish);
    await files.finish(ending.state === "complete" || ending.state === "stopped");
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
