import { existsSync } from "node:fs";
import type { Budget, StudyPlan } from "../../orchestrator/coordinator/plan.ts";
import { Coordinator } from "../../orchestrator/coordinator/coordinator.ts";
import type { Ending } from "../../orchestrator/coordinator/ending.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { StudyEvents } from "../../orchestrator/events.ts";
import { keepAll } from "../../search/pruner.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { runAgent } from "../../worker/agent.ts";
import type { TrialAssignment } from "../../worker/protocol/assignment.ts";
import { LocalCoordinatorBus } from "../../worker/protocol/local/coordinator-end.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { LocalWorkerBus } from "../../worker/protocol/local/worker-end.ts";
import type { ModelSettings } from "../../worker/protocol/model-settings.ts";
import { toWire } from "../../worker/protocol/numbers.ts";
import { settingsWith } from "../../worker/protocol/settings.ts";
import type { Finished, Interruption, Progress, Trainer } from "../../worker/training/trainer.ts";
import { channelPair } from "./channel-pair.ts";
import { scriptedSpace } from "./scripted-study.ts";

export interface InProcessOptions {
  readonly budget: Budget;
  readonly plan?: Partial<StudyPlan>;
  readonly workers?: number;
  /** The ranking metric after an epoch; `null`: not finite, and the trial diverges. */
  readonly curve: (model: ModelSettings, epoch: number, seed: number) => number | null;
  readonly events?: StudyEvents;
  readonly interrupt?: AbortSignal;
  /** Waits until the order that follows from a report has arrived before the next epoch. */
  readonly patient?: boolean;
}

const never = new AbortController().signal;

/**
 * A study in the database `db` with the coordinator, the local bus and workers of a real one in this process; its
 * trials train nothing. Made on the first call, resumed on later ones.
 */
export async function runInProcess(db: string, options: InProcessOptions): Promise<Ending> {
  const store = openStore(db);
  const blobs = fileBlobs(`${db}.files`);
  const bus = new LocalCoordinatorBus(blobs);
  const leaving = new AbortController();
  try {
    const study = store.findStudy("scripted") ?? (await createStudy(store, db));
    const coordinator = new Coordinator({
      study,
      store,
      bus,
      events: options.events ?? new StudyEvents(),
      clock: systemClock,
      leaseMs: 60_000,
      plan: {
        seed: study.seed,
        budget: options.budget,
        sampler: randomSampler(scriptedSpace),
        pruner: keepAll,
        data: { sha256: study.data.sha256, bytes: study.data.bytes },
        checkpointSeconds: null,
        settingsFor: (params) => {
          const settings = settingsWith({ data: { targets: ["y"] }, model: {} }, params);
          if (!settings.success) throw settings.error;
          return settings.data;
        },
        ...options.plan,
      },
    });
    const agents = Array.from({ length: options.workers ?? 1 }, async (_, index) => {
      const [here, there] = channelPair();
      const id = `w${index + 1}`;
      bus.connect(id, here);
      const end = new LocalWorkerBus(there, blobs, 60_000);
      const info = { id, host: "test", pid: 100 + index, version: "0", labels: {} };
      await runAgent({ bus: end, trainer: scriptTrainer(options), info, signal: leaving.signal });
      await end.close();
    });
    const ending = await coordinator.run(options.interrupt ?? never);
    await bus.drain();
    leaving.abort();
    await Promise.all(agents);
    await bus.close();
    return ending;
  } finally {
    store.close();
  }
}

async function createStudy(store: StudyStore, db: string): Promise<Study> {
  if (!existsSync(db)) throw new Error(`${db} was to be made by openStore`);
  const data = await fileBlobs(`${db}.files`).put(new TextEncoder().encode("y\n1\n2\n"));
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

function scriptTrainer({ curve, patient = false }: InProcessOptions): Trainer {
  return {
    engine: async () => ({ engine: "none", backend: "none", version: "0", device: "none" }),
    run: (assignment, _material, onProgress) => {
      if (assignment.kind !== "trial") throw new Error("scripted workers only know trials");
      let how: Interruption | null = null;
      return {
        finished: train(assignment, curve, patient, () => how, onProgress),
        interrupt: (asked) => (how = asked),
      };
    },
    close: async () => {},
  };
}

async function train(
  { ref, from, epochs, pauses, settings, seed }: TrialAssignment,
  curve: InProcessOptions["curve"],
  patient: boolean,
  interruption: () => Interruption | null,
  onProgress: (news: Progress) => void,
): Promise<Finished> {
  const paused = (kind: "paused" | "handed_back", epoch: number): Finished => {
    if (epoch === 0) return { end: { kind, epoch } };
    const bytes = new TextEncoder().encode(`trial ${ref.trial} epoch ${epoch}`);
    return { end: { kind, epoch }, checkpoint: { epoch, bytes } };
  };
  for (let epoch = (from?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
    for (let turn = 0; turn < (patient ? 6 : 1); turn++) await new Promise(setImmediate);
    const how = interruption();
    if (how === "stop") return { end: { kind: "stopped" } };
    if (how !== null) return paused(how === "pause" ? "paused" : "handed_back", epoch - 1);
    const value = curve(settings.model, epoch, seed);
    onProgress({ kind: "report", epoch, metrics: { val_mse: toWire(value ?? Number.NaN) }, seconds: 0 });
    if (value === null) return { end: { kind: "diverged", epoch, step: 0, reason: "not finite" } };
  }
  return pauses === true ? paused("paused", epochs) : { end: { kind: "complete" } };
}
