import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { keepAll } from "../../search/pruner.ts";
import { openMemoryStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { DataError } from "../../worker/data/errors.ts";
import type { EngineAssignment } from "../../worker/protocol/assignment.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import { ServerUnreachable } from "../../worker/protocol/nats/link/server-errors.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { version } from "../../worker/version.ts";
import { pause, type Clock } from "../../worker/protocol/clock.ts";
import type { LabTerms } from "../config/lab.ts";
import { Coordinator } from "../coordinator/coordinator.ts";
import type { Ending } from "../coordinator/ending.ts";
import type { StudyPlan } from "../coordinator/plan.ts";
import { UserError } from "../errors.ts";
import { StudyEvents } from "../events.ts";
import type { LabConnection } from "../lab/connection.ts";
import { interrupted, type Answers, type Ask } from "./ask.ts";
import { Questions } from "./questions.ts";
import { LabSession } from "../lab/session.ts";
import { watchForWorkers } from "../lab/waiting.ts";

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

/**
 * The workers of a lab. Assignments are the trials of a study that is kept in memory and forgotten afterwards, so that they
 * wait their turn, and survive their workers, as all trials do.
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
  options: LabQuestions,
  signal: AbortSignal,
): Promise<Answers> {
  const store = openMemoryStore();
  const folder = await mkdtemp(path.join(tmpdir(), "seqtune-ask-"));
  try {
    return await ask(assignments, store, { ...options, folder }, signal);
  } finally {
    store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function ask(
  assignments: readonly EngineAssignment[],
  store: StudyStore,
  { lab, terms, home, clock, notice, folder }: LabQuestions & { readonly folder: string },
  signal: AbortSignal,
): Promise<Answers> {
  const study = questionStudy(store, assignments, clock);
  const events = new StudyEvents();
  events.on((event) => {
    if (event.kind === "notice") notice(event.message);
  });
  const session = await LabSession.enter({
    lab,
    study: study.key,
    title: study.name,
    db: folder, // who asks, not a file
    folder,
    terms,
    clock,
    notice,
    onSuperseded: () => {}, // no other coordinator knows its key
  });
  try {
    const plan = questionPlan(assignments);
    await session.provide(plan.data, home);
    const questions = new Questions(assignments);
    const bus = questions.over(session.bus);
    const { capacity, leaseMs } = session;
    const coordinator = new Coordinator({ study, plan, store, bus, events, clock, leaseMs, capacity });
    const unfit = (): number => capacity.unfitWorkers();
    const stopWatching = watchForWorkers(events, clock, lab, terms?.requires ?? {}, notice, unfit);
    const ending = await coordinator.run(signal).finally(stopWatching);
    const answers = questions.answers();
    check(ending, answers, study, store);
    return answers;
  } finally {
    await session.clear(assignments[0]!.data, home);
    await session.leave(false);
  }
}

function check(ending: Ending, answers: Answers, study: Study, store: StudyStore): void {
  if (ending.state === "interrupted") throw new UserError(interrupted);
  for (const message of answers.flat()) {
    if (message.kind !== "ended" || message.end.kind !== "failed") continue;
    if (message.end.failure === "bad_data") throw new DataError(message.end.message);
  }
  const failed = store.trials(study.id).find(({ state }) => state === "failed");
  if (failed !== undefined) throw new UserError(failed.reason ?? "a worker of the lab failed");
}

function questionStudy(store: StudyStore, assignments: readonly EngineAssignment[], clock: Clock): Study {
  const { data } = assignments[0]!;
  return store.createStudy({
    name: "questions",
    key: `ask-${randomBytes(6).toString("hex")}`,
    goal: "minimize",
    metric: "train_loss",
    seed: 0,
    source: "",
    config: {},
    data: { ...data, file: "" },
    versions: { seqtune: version },
    baselines: [],
    at: clock.now(),
  });
}

/** A trial for each assignment; what its worker gets is the assignment itself (Questions). */
function questionPlan(assignments: readonly EngineAssignment[]): StudyPlan {
  const { data, settings } = assignments[0]!;
  const trials = assignments.length;
  return {
    seed: 0,
    budget: { trials, epochs: Math.max(...assignments.map(stepsOf)) },
    sampler: { name: "list", suggest: () => ({ kind: "new", params: {} }) },
    pruner: keepAll,
    data,
    checkpointSeconds: null,
    endsEarly: () => ({ reason: null }), // an answer is no training
    settingsFor: () => settings,
  };
}

/** Reports a worker sends at most. */
function stepsOf(assignment: EngineAssignment): number {
  if ("epochs" in assignment) return assignment.epochs;
  return assignment.kind === "lr_range_test" ? assignment.test.steps : 1;
}
