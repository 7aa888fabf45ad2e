import { DataError } from "../../worker/data/errors.ts";
import type { Assignment } from "../../worker/protocol/assignment.ts";
import { refKey } from "../../worker/protocol/ids.ts";
import { LocalCoordinatorBus } from "../../worker/protocol/local/coordinator-end.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { WorkerPool } from "../../worker/protocol/local/pool.ts";
import type { AttemptEnd, WorkerMessage } from "../../worker/protocol/messages.ts";
import { UserError } from "../errors.ts";
import { workerEntry } from "../run/local-run.ts";

/** The messages of each assignment, in order. */
export type Answers = readonly (readonly WorkerMessage[])[];

const leaseMs = 60_000;
const graceMs = 5000;
const interrupted = "interrupted";

/**
 * Gives assignments that belong to no study's run (evaluate, …) to one worker process, one after another, and
 * returns each one's messages in order; a program that failed is an answer, too. Throws `DataError` when an assignment fails by its data, `UserError` when it
 * fails by something else, the worker dies or the signal fires.
 */
export async function askWorker(
  assignments: readonly Assignment[],
  blobFolder: string,
  engine: string,
  signal: AbortSignal,
  onMessage: (message: WorkerMessage) => void = () => {},
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
