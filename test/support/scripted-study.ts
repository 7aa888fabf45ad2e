import { fileURLToPath } from "node:url";
import { systemClock } from "../../worker/protocol/clock.ts";
import type { Ending } from "../../orchestrator/coordinator/ending.ts";
import type { StudyPlan } from "../../orchestrator/coordinator/plan.ts";
import { StudyEvents } from "../../orchestrator/events.ts";
import { driveLocally } from "../../orchestrator/run/local-run.ts";
import type { Interrupts } from "../../orchestrator/run/parts.ts";
import { keepAll, type Pruner } from "../../search/pruner.ts";
import { randomSampler } from "../../search/samplers/random.ts";
import type { Params, Space } from "../../search/space.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { settingsWith, type TrialSettings } from "../../worker/protocol/settings.ts";

export const scriptedSpace: Space = {
  parameters: [
    { name: "learning_rate", domain: { kind: "float", min: 1e-4, max: 1, scale: "log" }, when: [] },
    { name: "hidden", domain: { kind: "int", min: 8, max: 64, scale: "linear", step: 1 }, when: [] },
    { name: "layers", domain: { kind: "categorical", values: [1, 2] }, when: [] },
    { name: "batch_size", domain: { kind: "categorical", values: [32, 64, 128] }, when: [] },
    { name: "dropout", domain: { kind: "float", min: 0, max: 0.5, scale: "linear" }, when: [] },
    { name: "optimizer", domain: { kind: "categorical", values: ["adam", "rmsprop", "sgd"] }, when: [] },
  ],
};

/** What a scripted trial is given to train: the least that is allowed, with its parameters. */
export function scriptedSettings(params: Params): TrialSettings {
  const settings = settingsWith({ data: { targets: ["y"] }, model: {} }, params);
  if (!settings.success) throw settings.error;
  return settings.data;
}

export interface ScriptedOptions {
  readonly trials: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly pruner?: Pruner;
  readonly plan?: Partial<StudyPlan>;
  /** Arguments of test/support/scripted-worker.ts. */
  readonly workerArgs?: readonly string[];
  readonly events?: StudyEvents;
  readonly interrupts?: Partial<Interrupts>;
  /** The worker program; default the scripted worker's source. */
  readonly entry?: string;
}

const quiet = new AbortController().signal;

/** A study whose trials train nothing, in the database `db`; made on the first call, resumed on later ones. */
export async function runScripted(db: string, options: ScriptedOptions): Promise<Ending> {
  const store = openStore(db);
  try {
    const blobFolder = `${db}.files`;
    const study = store.findStudy("scripted") ?? (await createScripted(store, blobFolder, options));
    const plan: StudyPlan = {
      seed: study.seed,
      budget: { trials: options.trials, epochs: options.epochs ?? 10 },
      sampler: randomSampler(scriptedSpace),
      pruner: options.pruner ?? keepAll,
      data: { sha256: study.data.sha256, bytes: study.data.bytes },
      checkpointSeconds: null,
      settingsFor: scriptedSettings,
      ...options.plan,
    };
    return await driveLocally(
      {
        study,
        plan,
        store,
        events: options.events ?? new StudyEvents(),
        clock: systemClock,
        db,
        blobFolder,
        home: fileBlobs(blobFolder),
        interrupts: { finish: quiet, now: quiet, ...options.interrupts },
      },
      {
        count: options.workers ?? 2,
        engine: "none",
        program: {
          entry: options.entry ?? fileURLToPath(new URL("./scripted-worker.ts", import.meta.url)),
          args: options.workerArgs ?? [],
        },
      },
    );
  } finally {
    store.close();
  }
}

async function createScripted(
  store: StudyStore,
  blobFolder: string,
  options: ScriptedOptions,
): Promise<Study> {
  const data = await fileBlobs(blobFolder).put(new TextEncoder().encode("y\n1\n2\n"));
  return store.createStudy({
    name: "scripted",
    key: "scripted-1",
    goal: "minimize",
    metric: "val_mse",
    seed: options.seed ?? 1,
    source: "",
    config: options.plan?.repeats === undefined ? {} : { repeats: options.plan.repeats },
    data: { ...data, file: "y.csv" },
    versions: {},
    baselines: [],
    at: Date.now(),
  });
}
