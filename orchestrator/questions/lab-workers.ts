import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EngineAssignment } from "../../worker/protocol/assignment.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import { pause, timeout, type Clock } from "../../worker/protocol/clock.ts";
import { ServerUnreachable } from "../../worker/protocol/nats/link/server-errors.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import type { LabTerms } from "../config/lab.ts";
import { Crew } from "../coordinator/crew.ts";
import { StudyEvents } from "../events.ts";
import type { LabConnection } from "../lab/connection.ts";
import { LabSession } from "../lab/session.ts";
import { watchForWorkers } from "../lab/waiting.ts";
import type { Answers, Ask } from "./ask.ts";
import { asTrials, Questions } from "./questions.ts";

export interface LabQuestions {
  readonly lab: LabConnection;
  readonly terms: LabTerms | undefined;
  /** Where the assignments' data lies. */
  readonly home: BlobStore;
  readonly clock: Clock;
  readonly notice: (message: string) => void;
  /** Wait where the server is away, as a study under way does; otherwise that is an error. */
  readonly patient?: boolean;
}

/** How often leases and shares are looked at. */
const lookMs = 500;
/** Time for workers to stop what is wanted no more. */
const graceMs = 5000;

/**
 * The workers of a lab, shared with its studies: the asker enters the lab under a name of its own, so that its questions wait
 * their turn, and survive their workers, as trials do.
 */
export function labWorkers(of: LabQuestions): Ask {
  return async (assignments, signal) => {
    for (;;) {
      try {
        return await askOnce(assignments, of, signal);
      } catch (error) {
        if (of.patient !== true || !(error instanceof ServerUnreachable) || signal.aborted) throw error;
        await pause(of.clock, defaultTimings.retryLimitMs, signal);
      }
    }
  };
}

async function askOnce(
  assignments: readonly EngineAssignment[],
  of: LabQuestions,
  signal: AbortSignal,
): Promise<Answers> {
  const { lab, terms, home, clock, notice } = of;
  const { data } = assignments[0]!;
  const name = `ask-${randomBytes(6).toString("hex")}`;
  const folder = await mkdtemp(path.join(tmpdir(), "seqtune-ask-"));
  try {
    const session = await LabSession.enter({
      lab,
      study: name,
      title: "questions",
      db: folder, // who asks, not a file
      folder,
      terms,
      clock,
      notice,
      onSuperseded: () => {}, // no other process knows its name
    });
    try {
      await session.provide(data, home);
      const refs = assignments.map((one, trial) => ({ ...one, ref: { study: name, trial, attempt: 1 } }));
      return await put(refs, session, of, signal);
    } finally {
      await session.clear(data, home);
      await session.leave(false);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function put(
  assignments: readonly EngineAssignment[],
  { bus, capacity, leaseMs }: LabSession,
  { lab, terms, clock, notice }: LabQuestions,
  signal: AbortSignal,
): Promise<Answers> {
  const events = new StudyEvents();
  const questions = new Questions(bus, asTrials, 0);
  const crew = new Crew({
    attempts: questions,
    clock,
    events,
    leaseMs,
    capacity,
    remote: true,
    wanted: () => questions.count,
    resize: (slots) => questions.allow(slots),
    save: () => {},
  });
  const unfit = (): number => capacity.unfitWorkers();
  const stopWatching = watchForWorkers(events, clock, lab, terms?.requires ?? {}, notice, unfit);
  const stopLooking = clock.every(lookMs, () => crew.look());
  try {
    await bus.open({
      commit: (messages) => {
        questions.hear(messages, clock.now());
        crew.heard(messages);
      },
      worker: (change) => crew.workerChanged(change),
      claimed: (ref, worker) => crew.holds(worker, ref),
      connection: (state) => crew.connection(state),
    });
    return await questions.askAll(assignments, signal);
  } finally {
    await questions.idle(timeout(clock, graceMs));
    stopLooking();
    stopWatching();
  }
}
