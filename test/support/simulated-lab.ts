import { setTimeout as sleep } from "node:timers/promises";
import path from "node:path";
import { systemClock } from "../../worker/protocol/clock.ts";
import type { LabTerms } from "../../orchestrator/config/lab.ts";
import type { Ending } from "../../orchestrator/coordinator/ending.ts";
import { StudyEvents } from "../../orchestrator/events.ts";
import type { LabConnection } from "../../orchestrator/lab/connection.ts";
import type { Interrupts } from "../../orchestrator/run/parts.ts";
import { driveOverNats } from "../../orchestrator/run/nats-run.ts";
import { blobFolderOf } from "../../orchestrator/run/blob-folder.ts";
import type { Pruner } from "../../search/pruner.ts";
import { keepAll } from "../../search/pruner.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { runAgent } from "../../worker/agent.ts";
import type { TrialAssignment } from "../../worker/protocol/assignment.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import type { EngineInfo } from "../../worker/protocol/messages.ts";
import { createWorkerBus } from "../../worker/protocol/nats/worker/worker-bus.ts";
import type { Finished, Interruption, Progress, Trainer } from "../../worker/training/trainer.ts";
import { scriptedSettings, scriptedSpace } from "./scripted-study.ts";

export interface SimulatedStudy {
  readonly name: string;
  readonly trials: number;
  readonly epochs: number;
  readonly terms?: LabTerms;
  readonly pruner?: Pruner;
  readonly events?: StudyEvents;
  readonly interrupts?: Partial<Interrupts>;
}

const quiet = new AbortController().signal;

/** A study whose trials train nothing, made or gone on with, driven over NATS as `seqtune run --nats` does. */
export async function driveSimulated(
  db: string,
  lab: LabConnection,
  { name, trials, epochs, terms, pruner = keepAll, events = new StudyEvents(), interrupts }: SimulatedStudy,
): Promise<Ending> {
  const store = openStore(db);
  try {
    const data = await fileBlobs(blobFolderOf(db)).put(new TextEncoder().encode("y\n1\n2\n"));
    const known = store.findStudy(name);
    const study =
      known ??
      store.createStudy({
        name,
        key: `simulated-${name}`,
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
    const plan = {
      seed: 1,
      budget: { trials, epochs },
      sampler: randomSampler(scriptedSpace),
      pruner,
      data,
      checkpointSeconds: null,
      settingsFor: scriptedSettings,
    };
    const blobFolder = blobFolderOf(db);
    const signals = { finish: quiet, now: quiet, ...interrupts };
    const files = { db, blobFolder, home: fileBlobs(blobFolder) };
    return await driveOverNats(
      { study, plan, store, events, clock: systemClock, ...files, interrupts: signals },
      { lab, terms },
    );
  } finally {
    store.close();
  }
}

const engine: EngineInfo = { engine: "none", backend: "none", version: "0", device: "none" };

/** Workers in this process whose trials train nothing, `epochMs` an epoch. Ends when the signal fires. */
export async function simulateWorkers(
  lab: LabConnection,
  count: number,
  { folder, epochMs, signal, name = "w", onInterrupt = () => {} }: SimulatedWorkers,
): Promise<void> {
  const { leaseMs: _leaseMs, ...connection } = lab;
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = `${name}-${index}`;
      const bus = await createWorkerBus({ ...connection, id, folder: path.join(folder, id) });
      const info = { id, host: name, pid: process.pid, version: "0", labels: {} };
      await runAgent({ bus, trainer: nullTrainer(epochMs, onInterrupt), info, signal });
      await bus.close();
    }),
  );
}

export interface SimulatedWorkers {
  readonly folder: string;
  readonly epochMs: number;
  readonly signal: AbortSignal;
  readonly name?: string;
  readonly onInterrupt?: (trial: number) => void;
}

/** Milliseconds since 1970 in fractions, comparable between the processes of one machine. */
export const preciseNow = (): number => performance.timeOrigin + performance.now();

function nullTrainer(epochMs: number, onInterrupt: (trial: number) => void): Trainer {
  return {
    engine: async () => engine,
    run: (assignment, _material, onProgress) => {
      if (assignment.kind !== "trial") throw new Error("simulated workers only know trials");
      let how: Interruption | null = null;
      return {
        finished: pretend(assignment, epochMs, () => how, onProgress),
        interrupt: (asked) => {
          if (how === null) onInterrupt(assignment.ref.trial);
          how = asked;
        },
      };
    },
    close: async () => {},
  };
}

async function pretend(
  assignment: TrialAssignment,
  epochMs: number,
  interruption: () => Interruption | null,
  onProgress: (news: Progress) => void,
): Promise<Finished> {
  for (let epoch = 1; epoch <= assignment.epochs; epoch++) {
    if (epochMs > 0) await sleep(epochMs);
    const how = interruption();
    if (how === "stop") return { end: { kind: "stopped" } };
    if (how !== null) return { end: { kind: how === "pause" ? "paused" : "handed_back", epoch: 0 } };
    onProgress({
      kind: "report",
      epoch,
      metrics: { val_mse: 1 / epoch, sent: preciseNow() },
      seconds: epochMs / 1000,
    });
  }
  return { end: { kind: "complete" } };
}
