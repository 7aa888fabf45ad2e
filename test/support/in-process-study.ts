import type { Budget, StudyPlan } from "../../orchestrator/coordinator/plan.ts";
import { Coordinator } from "../../orchestrator/coordinator/coordinator.ts";
import type { Ending } from "../../orchestrator/coordinator/ending.ts";
import { pause, systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { StudyEvents } from "../../orchestrator/events.ts";
import { keepAll } from "../../search/pruner.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { openMemoryStore, openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { runAgent } from "../../worker/agent.ts";
import type { TrialAssignment } from "../../worker/protocol/assignment.ts";
import { LocalCoordinatorBus } from "../../worker/protocol/local/coordinator-end.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { LocalWorkerBus } from "../../worker/protocol/local/worker-end.ts";
import type { ModelSettings } from "../../worker/protocol/model-settings.ts";
import { toWire } from "../../worker/protocol/numbers.ts";
import type { Finished, Interruption, Progress, Trainer } from "../../worker/training/trainer.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import { Life, VirtualTime } from "../faults/simulated/time.ts";
import { channelPair } from "./channel-pair.ts";
import { memoryBlobs } from "./memory-blobs.ts";
import { scriptedSettings, scriptedSpace } from "./scripted-study.ts";

export interface InProcessOptions {
  readonly budget: Budget;
  readonly plan?: Partial<StudyPlan>;
  readonly workers?: number;
  /** The ranking metric after an epoch; `null`: not finite, and the trial diverges. */
  readonly curve: (model: ModelSettings, epoch: number, seed: number) => number | null;
  readonly events?: StudyEvents;
  readonly interrupt?: AbortSignal;
  /** What the coordinator is given in place of the store. */
  readonly recording?: (store: StudyStore) => StudyStore;
  /** What an epoch of a trial takes on the virtual clock, milliseconds; `runInVirtualTime` needs it. */
  readonly epochMs?: (trial: number, epoch: number) => number;
}

/** Where a study keeps what it has. */
interface Place {
  readonly store: StudyStore;
  readonly blobs: BlobStore;
}

/** Turns of the event loop until the order that follows from a report has arrived. */
const turnsPerOrder = 6;
const never = new AbortController().signal;

/**
 * A study in the database `db` with the coordinator, the local bus and workers of a real one in this process; its
 * trials train nothing. Made on the first call, resumed on later ones.
 */
export async function runInProcess(db: string, options: InProcessOptions): Promise<Ending> {
  const store = openStore(db);
  try {
    return await drive({ store, blobs: fileBlobs(`${db}.files`) }, options, systemClock);
  } finally {
    store.close();
  }
}

/** Turns of the event loop in which everything that a moment brings about has come about: the longest way takes about 15. */
const turnsPerMoment = 24;

/**
 * The same on a clock that goes on only when everything that was to be done is done, with database and files in memory: what
 * the study decides depends on the times of epochs alone.
 */
export async function runInVirtualTime(options: InProcessOptions): Promise<Ending> {
  const store = openMemoryStore();
  const time = new VirtualTime();
  const over = new AbortController();
  const running = drive({ store, blobs: memoryBlobs() }, options, time.clock(new Life())).finally(() =>
    over.abort(),
  );
  const turning = (async () => {
    while (!over.signal.aborted) {
      for (let turn = 0; turn < turnsPerMoment; turn++) await new Promise(setImmediate);
      if (!over.signal.aborted && !time.step())
        throw new Error("nothing happens any more, and the study is not over");
    }
  })();
  try {
    const [ending] = await Promise.all([running, turning]);
    return ending;
  } finally {
    store.close();
  }
}

async function drive({ store, blobs }: Place, options: InProcessOptions, clock: Clock): Promise<Ending> {
  const bus = new LocalCoordinatorBus(blobs, { clock });
  const leaving = new AbortController();
  const study = store.findStudy("scripted") ?? (await createStudy(store, blobs));
  const coordinator = new Coordinator({
    study,
    store: options.recording?.(store) ?? store,
    bus,
    events: options.events ?? new StudyEvents(),
    clock,
    leaseMs: 60_000,
    plan: planOf(study, options),
  });
  const agents = Array.from({ length: options.workers ?? 1 }, async (_, index) => {
    const [here, there] = channelPair();
    const id = `w${index + 1}`;
    bus.connect(id, here);
    const end = new LocalWorkerBus(there, blobs, 20_000, clock);
    const info = { id, host: "test", pid: 100 + index, version: "0", labels: {} };
    const trainer = scriptTrainer(options, clock);
    await runAgent({ bus: end, trainer, info, signal: leaving.signal, clock });
    await end.close();
  });
  const ending = await coordinator.run(options.interrupt ?? never);
  await bus.drain();
  leaving.abort();
  await Promise.all(agents);
  await bus.close();
  return ending;
}

function planOf(study: Study, { budget, plan }: InProcessOptions): StudyPlan {
  return {
    seed: study.seed,
    budget,
    sampler: randomSampler(scriptedSpace),
    pruner: keepAll,
    data: { sha256: study.data.sha256, bytes: study.data.bytes },
    checkpointSeconds: null,
    settingsFor: scriptedSettings,
    ...plan,
  };
}

async function createStudy(store: StudyStore, blobs: BlobStore): Promise<Study> {
  const data = await blobs.put(new TextEncoder().encode("y\n1\n2\n"));
  return store.createStudy({
    name: "scripted",
    key: "scripted-1",
    goal: "minimize",
    metric: "val_mse",
    seed: 1,
    source: "",
    config: {},
    data: { ...data, file: "y.csv" },
    versions: {},
    baselines: [],
    at: Date.now(),
  });
}

function scriptTrainer(options: InProcessOptions, clock: Clock): Trainer {
  return {
    engine: async () => ({ engine: "none", backend: "none", version: "0", device: "none" }),
    run: (assignment, _material, onProgress) => {
      if (assignment.kind !== "trial") throw new Error("scripted workers only know trials");
      let how: Interruption | null = null;
      return {
        finished: train(assignment, options, clock, () => how, onProgress),
        interrupt: (asked) => (how = asked),
      };
    },
    close: async () => {},
  };
}

/** Obeys orders at the end of an epoch, once those that its report has brought about have arrived. */
async function train(
  { ref, from, epochs, pauses, settings, seed }: TrialAssignment,
  { curve, epochMs }: InProcessOptions,
  clock: Clock,
  interruption: () => Interruption | null,
  onProgress: (news: Progress) => void,
): Promise<Finished> {
  const paused = (kind: "paused" | "handed_back", epoch: number): Finished => {
    if (epoch === 0) return { end: { kind, epoch } };
    const bytes = new TextEncoder().encode(`trial ${ref.trial} epoch ${epoch}`);
    return { end: { kind, epoch }, checkpoint: { epoch, bytes } };
  };
  for (let epoch = (from?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
    if (epochMs !== undefined) await pause(clock, epochMs(ref.trial, epoch));
    const value = curve(settings.model, epoch, seed);
    onProgress({ kind: "report", epoch, metrics: { val_mse: toWire(value ?? Number.NaN) }, seconds: 0 });
    if (value === null) return { end: { kind: "diverged", epoch, step: 0, reason: "not finite" } };
    for (let turn = 0; turn < turnsPerOrder; turn++) await new Promise(setImmediate);
    const how = interruption();
    if (how === "stop") return { end: { kind: "stopped" } };
    if (how !== null) return paused(how === "pause" ? "paused" : "handed_back", epoch);
  }
  return pauses === true ? paused("paused", epochs) : { end: { kind: "complete" } };
}
