import { DataError } from "../../worker/data/errors.ts";
import type { Assignment } from "../../worker/protocol/assignment.ts";
import { refKey } from "../../worker/protocol/ids.ts";
import { LocalCoordinatorBus } from "../../worker/protocol/local/coordinator-end.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { WorkerPool } from "../../worker/protocol/local/pool.ts";
import type { AttemptEnd, WorkerMessage } from "../../worker/protocol/messages.ts";
import { UserError } from "../errors.ts";
import { interrupted, type Answers, type Ask } from "./ask.ts";
import { workerEntry } from "../run/worker-entry.ts";

export interface LocalQuestions {
  /** Where the assignments' files lie. */
  readonly blobFolder: string;
  /** "auto" or an engine's name; "program" runs programs. */
  readonly engine: string;
  /** Hears each message when it comes. */
  readonly onMessage?: ((message: WorkerMessage) => void) | undefined;
}

const leaseMs = 60_000;
const graceMs = 5000;

/**
 * A worker process for each call, which does its assignments one after another; a program that failed is an answer, too.
 * The death of the process is an error.
 */
export function localWorkers(of: LocalQuestions): Ask<Assignment> {
  return async (assignments, signal) => await askProcess(assignments, of, signal);
}

async function askProcess(
  assignments: readonly Assignment[],
  { blobFolder, engine, onMessage = () => {} }: LocalQuestions,
  signal: AbortSignal,
): Promise<Answers> {
  if (signal.aborted) throw new UserError(interrupted);
  const bus = new LocalCoordinatorBus(fileBlobs(blobFolder));
  const answers = new Map<string, WorkerMessage[]>(assignments.map(({ ref }) => [refKey(ref), []]));
  let waiting = answers.size;
  let pool: WorkerPool | null = null;
  let stopListening = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string): void => reject(new UserError(reason));
      const failed = ({ failure, message }: Extract<AttemptEnd, { kind: "failed" }>): void =>
        reject(failure === "bad_data" ? new DataError(message) : new UserError(message));
      const onAbort = (): void => fail(interrupted);
      signal.addEventListener("abort", onAbort, { once: true });
      stopListening = () => signal.removeEventListener("abort", onAbort);
      pool = new WorkerPool(bus, {
        size: 1,
        entry: workerEntry(),
        args: ["--blobs", blobFolder, "--engine", engine],
        leaseMs,
        onCannotStart: (reason) => fail(`the worker cannot start: ${reason}`),
      });
      void bus.open({
        commit: (messages) => {
          for (const message of messages) {
            answers.get(refKey(message.ref))?.push(message);
            onMessage(message);
            if (message.kind !== "ended") continue;
            if (message.end.kind === "failed" && message.end.failure !== "program") failed(message.end);
            waiting -= 1;
            if (waiting === 0) resolve();
          }
        },
        worker: (change) => {
          if (change.kind === "gone") fail(change.reason);
        },
      });
      pool.start();
      for (const assignment of assignments) void bus.offer(assignment);
    });
  } finally {
    stopListening();
    await bus.drain();
    await bus.close();
    await stopPool(pool);
  }
  return [...answers.values()];
}

async function stopPool(pool: WorkerPool | null): Promise<void> {
  await pool?.stop(graceMs);
}
