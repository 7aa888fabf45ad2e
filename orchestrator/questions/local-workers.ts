import type { Assignment } from "../../worker/protocol/assignment.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { LocalCoordinatorBus } from "../../worker/protocol/local/coordinator-end.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { WorkerPool } from "../../worker/protocol/local/pool.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { UserError } from "../errors.ts";
import { requireEngine } from "../run/require-engine.ts";
import { workerEntry } from "../run/worker-entry.ts";
import { interrupted, type Answers, type Ask } from "./ask.ts";
import { once, Questions } from "./questions.ts";

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
  if (engine !== "program") await requireEngine(engine);
  if (signal.aborted) throw new UserError(interrupted);
  const bus = new LocalCoordinatorBus(fileBlobs(blobFolder));
  const questions = new Questions(bus, once);
  const pool = new WorkerPool(bus, {
    size: 1,
    entry: workerEntry(),
    args: ["--blobs", blobFolder, "--engine", engine],
    leaseMs,
    onCannotStart: (reason) => questions.giveUp(`the worker cannot start: ${reason}`),
  });
  try {
    await bus.open({
      commit: (messages) => {
        for (const message of messages) onMessage(message);
        questions.hear(messages, systemClock.now());
      },
      worker: (change) => {
        if (change.kind === "gone") questions.giveUp(change.reason);
      },
    });
    pool.start();
    return await questions.askAll(assignments, signal);
  } finally {
    await bus.drain();
    await bus.close();
    await pool.stop(graceMs);
  }
}
