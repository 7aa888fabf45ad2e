import type { OutcomeKind } from "../../search/history.ts";
import type { Params } from "../../search/space.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { AttemptState, BlobPointer, StudyStore, Write } from "../../storage/store.ts";
import { newStudy } from "./study-writes.ts";

const began = Date.UTC(2026, 10, 23, 12, 0, 0);
export const modelSha = "5e".repeat(32);

interface SampleTrial {
  readonly params: Params;
  /** Ranking metric by epoch; `null`: not finite. */
  readonly values: readonly (number | null)[];
  readonly outcome: OutcomeKind;
  readonly reason?: string;
  readonly model?: BlobPointer;
  /** How earlier attempts ended; the last one has the values. */
  readonly lost?: readonly string[];
}

const trials: readonly SampleTrial[] = [
  {
    params: { layers: 1, hidden: 32, optimizer: "adam", learning_rate: 0.005, batch_size: 256 },
    values: [0.6, 0.4, 0.3],
    outcome: "complete",
    model: { sha256: modelSha, bytes: 20_576, epoch: 3 },
  },
  {
    params: { layers: 0, optimizer: "rmsprop", learning_rate: 0.05, batch_size: 256 },
    values: [0.7, 0.55],
    outcome: "pruned",
    reason: "val_mse 0.55 at epoch 2 is worse than the median 0.4 of 4 trials at that epoch",
  },
  {
    params: { layers: 1, hidden: 8, optimizer: "adam", learning_rate: 1, batch_size: 256 },
    values: [90, null],
    outcome: "diverged",
    reason: "loss is not finite at epoch 2, step 12",
  },
  {
    params: { layers: 1, hidden: 16, optimizer: "adam", learning_rate: 0.0004, batch_size: 256 },
    values: [],
    outcome: "failed",
    reason: "3 attempts failed; the last: worker died (SIGKILL)",
    lost: ["worker died (SIGKILL)", "worker died (SIGKILL)"],
  },
  {
    params: { layers: 1, hidden: 16, optimizer: "adam", learning_rate: 0.01, batch_size: 256 },
    values: [0.45, 0.35, 0.36],
    outcome: "complete",
    lost: ["worker local-1 fell silent"],
  },
];

/** `etth1`, complete: two trials of value, one pruned, one diverged, one failed. */
export function addEtth1(store: StudyStore): void {
  const study = store.createStudy(
    newStudy({
      name: "etth1",
      at: began,
      baselines: [
        { name: "repeat last", value: 0.5, naive: true },
        { name: "season ago", value: 0.41, naive: true },
        { name: "linear", value: 0.33, naive: false },
      ],
    }),
  );
  for (const [number, trial] of trials.entries()) store.record(study.id, writesOf(number, trial), "process");
  store.setStudyState(study.id, "complete", "all 5 trials of the budget are done", began + 161_000);
}

/** A study without a coordinator: its process died. */
export function addAbandoned(store: StudyStore, name = "night"): void {
  const study = store.createStudy(newStudy({ name, at: began + 200_000, baselines: [] }));
  const params = { layers: 1, hidden: 8 };
  store.record(study.id, [added(0, params), offered(0, 1)], "process");
}

/** Both in a new database. */
export function makeSampleDatabase(file: string): void {
  const store = openStore(file);
  addAbandoned(store);
  addEtth1(store);
  store.close();
}

function writesOf(number: number, trial: SampleTrial): Write[] {
  const lost = trial.lost ?? [];
  const last = lost.length + 1;
  return [
    added(number, trial.params),
    ...lost.flatMap((reason, i) => [...started(number, i + 1), attemptEnded(number, i + 1, "lost", reason)]),
    ...started(number, last),
    ...trial.values.map((value, n) => reported(number, last, n, value)),
    attemptEnded(number, last, attemptStates[trial.outcome], trial.reason ?? null),
    {
      kind: "trial_ended",
      trial: number,
      outcome: trial.outcome,
      reason: trial.reason ?? null,
      model: trial.model ?? null,
      at: began + 60_000,
    },
  ];
}

const attemptStates = {
  complete: "complete",
  pruned: "stopped",
  diverged: "diverged",
  failed: "lost",
  cancelled: "stopped",
} as const satisfies Record<OutcomeKind, AttemptState>;

function added(number: number, params: Params): Write {
  const trial = { number, params, seed: number, epochs: 3, origin: "random", at: began };
  return { kind: "trial_added", trial };
}

function started(trial: number, attempt: number): Write[] {
  const worker = `local-${attempt}`;
  return [
    offered(trial, attempt),
    { kind: "attempt_started", trial, attempt, worker, engine: "fused wasm", at: began + 1000 },
  ];
}

function offered(trial: number, attempt: number): Write {
  return { kind: "attempt_offered", trial, attempt, fromEpoch: 0, toEpoch: 3, at: began };
}

function reported(trial: number, attempt: number, n: number, value: number | null): Write {
  const loss = value ?? Number.NaN;
  const metrics = { train_loss: loss * 0.8, val_loss: loss * 2, val_mse: loss, val_mae: loss / 2 };
  const report = { trial, attempt, n, epoch: n + 1, value, metrics, seconds: 0.5, at: began + 2000 };
  return { kind: "report", report };
}

function attemptEnded(
  trial: number,
  attempt: number,
  state: Extract<Write, { kind: "attempt_ended" }>["state"],
  reason: string | null,
): Write {
  return { kind: "attempt_ended", trial, attempt, state, reason, at: began + 13_300 };
}
