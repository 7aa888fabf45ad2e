import { randomBytes } from "node:crypto";
import type { Goal } from "../../search/scores.ts";
import type { AttemptState, Study, StudyStore, Write } from "../../storage/store.ts";
import { version } from "../../worker/version.ts";
import { plural } from "../../worker/data/errors.ts";
import type { Sweep } from "../config/sweep.ts";
import type { ForeignHistory, ForeignTrial } from "./history.ts";

export interface ImportOptions {
  readonly name: string;
  readonly metric: string;
  readonly goal: Goal;
  /** Where it was read, for people. */
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Records a history, under the names it has, as a study that is complete: for `known: {study: …}` and for every view. Throws `StudyExists`. */
export function importStudy(
  store: StudyStore,
  history: ForeignHistory,
  { name, metric, goal, source, at }: ImportOptions,
): Study {
  const study = store.createStudy({
    name,
    key: `${name.replace(/[^A-Za-z0-9_-]/g, "-")}-${randomBytes(4).toString("hex")}`,
    goal,
    metric,
    seed: 0,
    source: `# imported from ${source}\n`,
    config: sweepOf(history, { name, metric, goal, source, at }),
    data: { sha256: "0".repeat(64), bytes: 0, file: "" },
    versions: { seqtune: version },
    baselines: [],
    at,
  });
  for (const [number, trial] of history.trials.entries()) {
    store.record(study.id, writesOf(number, trial, metric, at), "process");
  }
  const reason = `${plural(history.trials.length, "trial")} imported from ${source}`;
  store.setStudyState(study.id, "complete", reason, at);
  return study;
}

function sweepOf(
  { parameters, trials }: ForeignHistory,
  { name, metric, goal, source }: ImportOptions,
): Sweep {
  const epochs = Math.max(1, ...trials.map(({ curve }) => curve.at(-1)?.[0] ?? 1));
  return {
    name,
    description: `imported from ${source}`,
    seed: 0,
    method: { name: "random" },
    metric: { name: metric, goal },
    space: { parameters },
    data: { file: "", settings: {} },
    model: {},
    budget: { epochs },
    workers: { count: 1, engine: "auto" },
    earlyTerminate: [],
    enqueue: [],
    knownResults: [],
    source: "",
    file: "",
  };
}

const attemptStates = {
  complete: "complete",
  pruned: "stopped",
  diverged: "diverged",
  failed: "failed",
  cancelled: "stopped",
} as const satisfies Record<ForeignTrial["outcome"], AttemptState>;

function writesOf(
  number: number,
  { params, outcome, curve, startedAt, endedAt }: ForeignTrial,
  metric: string,
  importedAt: number,
): Write[] {
  const at = startedAt ?? importedAt;
  const end = endedAt ?? at;
  const epochs = Math.max(1, curve.at(-1)?.[0] ?? 1);
  const trial = { number, params, seed: 0, epochs, origin: "import", at };
  return [
    { kind: "trial_added", trial },
    { kind: "attempt_offered", trial: number, attempt: 1, fromEpoch: 0, toEpoch: epochs, at },
    ...curve.map(([epoch, value], n): Write => {
      const shown = Number.isFinite(value) ? value : null;
      const report = {
        trial: number,
        attempt: 1,
        n,
        epoch,
        value: shown,
        metrics: { [metric]: value },
        seconds: 0,
        at: end,
      };
      return { kind: "report", report };
    }),
    {
      kind: "attempt_ended",
      trial: number,
      attempt: 1,
      state: attemptStates[outcome],
      reason: null,
      at: end,
    },
    { kind: "trial_ended", trial: number, outcome, reason: null, model: null, at: end },
  ];
}
