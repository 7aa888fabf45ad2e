import type { OutcomeKind } from "../../search/history.ts";
import type { NewStudy, Report, Write } from "../../storage/store.ts";

/** A study as the coordinator creates it; change what the test is about. */
export function newStudy(change: Partial<NewStudy> = {}): NewStudy {
  return {
    name: "etth1",
    key: `${change.name ?? "etth1"}-k3y`,
    goal: "minimize",
    metric: "val_mse",
    seed: 7,
    source: "method: random\n",
    config: { method: "random", budget: { trials: 24 }, note: null },
    data: { sha256: "ab".repeat(32), bytes: 2_589_657, file: "data/ETTh1.csv" },
    versions: { seqtune: "0.1.0", node: "20.20.2" },
    baselines: [
      { name: "repeat last", value: 0.5, naive: true },
      { name: "ridge", value: null, naive: false },
    ],
    at: 1000,
    ...change,
  };
}

export function added(number: number, epochs = 10): Write {
  return {
    kind: "trial_added",
    trial: {
      number,
      params: { lr: 0.01 * (number + 1), units: [8, 4] },
      seed: number,
      epochs,
      origin: null,
      at: 1,
    },
  };
}

export function offered(trial: number, attempt: number, fromEpoch = 0): Write {
  return { kind: "attempt_offered", trial, attempt, fromEpoch, toEpoch: 10_000, at: 2 };
}

/** Message `n` of the attempt is its report of epoch `n + 1`, unless `change` says otherwise. */
export function reported(
  trial: number,
  attempt: number,
  n: number,
  value: number | null,
  change: Partial<Report> = {},
): Write {
  const report = { trial, attempt, n, epoch: n + 1, value, metrics: {}, seconds: 0.5, at: 3, ...change };
  return { kind: "report", report };
}

export function attemptEnded(
  trial: number,
  attempt: number,
  state: Extract<Write, { kind: "attempt_ended" }>["state"] = "complete",
): Write {
  return { kind: "attempt_ended", trial, attempt, state, reason: null, at: 4 };
}

export function ended(trial: number, outcome: OutcomeKind = "complete", reason: string | null = null): Write {
  return { kind: "trial_ended", trial, outcome, reason, model: null, at: 5 };
}

/** A trial from beginning to end: one attempt, one report for each value. */
export function wholeTrial(
  trial: number,
  values: readonly (number | null)[],
  outcome: OutcomeKind = "complete",
): readonly Write[] {
  return [
    added(trial, values.length),
    offered(trial, 1),
    ...values.map((value, n) => reported(trial, 1, n, value)),
    attemptEnded(trial, 1),
    ended(trial, outcome),
  ];
}
