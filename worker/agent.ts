import { AttemptLog } from "./attempt-log.ts";
import { MaterialShelf } from "./fetch-material.ts";
import type { Assignment } from "./protocol/assignment.ts";
import type { WorkerBus } from "./protocol/bus.ts";
import { pause, systemClock, timeout, type Clock } from "./protocol/clock.ts";
import type { Order, WorkerInfo } from "./protocol/messages.ts";
import type { Running, Trainer } from "./training/trainer.ts";

export interface AgentOptions {
  readonly bus: WorkerBus;
  readonly trainer: Trainer;
  readonly info: Omit<WorkerInfo, "running" | "engine">;
  /** Shared by the lanes of a process; default: one of its own. */
  readonly shelf?: MaterialShelf;
  /** Fires when the worker should hand back what it runs and end. */
  readonly signal: AbortSignal;
  /** What a person may have to put right on this machine. */
  readonly onProblem?: (problem: Error) => void;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/**
 * First and longest wait of a worker that cannot fetch what trials need: it must not take one after another from those
 * who can, three times each until they count as failed.
 */
const firstWaitMs = 30_000;
const longestWaitMs = 3_600_000;

/** Claims attempts and runs them, one after another, until the bus drains or the signal fires. */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { bus, trainer, clock = systemClock, onProblem = () => {} } = options;
  const ending = AbortSignal.any([options.signal, bus.draining]);
  const engine = await trainer.engine();
  const idle: WorkerInfo = { ...options.info, engine };
  bus.announce(idle);
  const shelf = options.shelf ?? new MaterialShelf(bus.blobs, clock);
  let waitMs = firstWaitMs;
  for (;;) {
    const assignment = await bus.claim(ending);
    if (assignment === null) break;
    bus.announce({ ...idle, running: assignment.ref });
    const couldFetch = await runAttempt(assignment, options, shelf, ending);
    bus.announce(idle);
    if (couldFetch) waitMs = firstWaitMs;
    else {
      onProblem(new Error(`cannot download trial files; pausing this worker for ${waitMs / 1000} s`));
      await pause(clock, waitMs, ending);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    }
  }
  await bus.flush(timeout(clock, 10_000));
}

/** False: this machine could not fetch what the attempt needs. */
async function runAttempt(
  assignment: Assignment,
  { bus, trainer, info, onProblem = () => {} }: AgentOptions,
  shelf: MaterialShelf,
  ending: AbortSignal,
): Promise<boolean> {
  const attempt = new AttemptLog(assignment, { bus, worker: info.id, onProblem });
  attempt.send({ kind: "started", engine: await trainer.engine() });
  const fetched = await shelf.fetch(assignment, ending);
  if (fetched.kind !== "material") {
    attempt.send({ kind: "ended", end: fetched.end });
    return fetched.kind !== "not_here";
  }
  const running = trainer.run(assignment, fetched.material, (news) => attempt.progress(news));
  const stopListening = obeyOrders(assignment, running, bus, ending);
  try {
    await attempt.finish(await running.finished);
  } finally {
    stopListening();
  }
  return true;
}

function obeyOrders(
  assignment: Assignment,
  running: Running,
  bus: WorkerBus,
  ending: AbortSignal,
): () => void {
  const unsubscribe = bus.onOrder(assignment.ref, (order: Order) => running.interrupt(order.kind));
  const handBack = (): void => running.interrupt("hand_back");
  if (ending.aborted) handBack();
  ending.addEventListener("abort", handBack, { once: true });
  return () => {
    unsubscribe();
    ending.removeEventListener("abort", handBack);
  };
}
