import { bestPossible } from "../config/metrics.ts";
import { goalsOf } from "../config/study-goals.ts";
import type { TrialState } from "../../search/history.ts";
import type { Goal } from "../../search/scores.ts";
import type { Params } from "../../search/space.ts";
import type {
  Attempt,
  AttemptState,
  BlobPointer,
  EvaluationRow,
  Report,
  Study,
  StudyStore,
  Trial,
} from "../../storage/store.ts";
import { newestLog, type RecordedLog } from "../study/program-log.ts";
import { baselineOf, type Leaderboard } from "./leaderboard.ts";
import { rankByGoals, type TrialGoals } from "./goals.ts";
import { skill } from "./skill.ts";

export interface CurvePoint {
  readonly epoch: number;
  /** The ranking metric; `null` when not finite. */
  readonly value: number | null;
  /** `null`: not a finite number. */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly seconds: number;
  /** The attempt that reported the epoch. */
  readonly attempt: number;
}

export interface AttemptRow {
  readonly attempt: number;
  readonly state: AttemptState;
  readonly worker: string | null;
  readonly engine: string | null;
  /** Epochs already done when it began, and those it was to reach. */
  readonly fromEpoch: number;
  readonly toEpoch: number;
  readonly reason: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** Everything about one trial. The shape of `show --json`: fields are added, never changed. */
export interface TrialView {
  readonly study: string;
  readonly metric: string;
  readonly goal: Goal;
  readonly baseline: Leaderboard["baseline"];
  readonly number: number;
  readonly outcome: TrialState;
  readonly reason: string | null;
  readonly params: Params;
  /** How the sampler came to it. */
  readonly origin: string | null;
  readonly seed: number;
  /** Epochs it may train. */
  readonly maxEpochs: number;
  /** Epochs that have a report. */
  readonly epochs: number;
  readonly value: number | null;
  readonly bestEpoch: number | null;
  readonly lastValue: number | null;
  readonly skill: number | null;
  /** By several metrics, or constraints; `null`: the study has neither. */
  readonly goals: TrialGoals | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly curve: readonly CurvePoint[];
  readonly attempts: readonly AttemptRow[];
  /** On the test rows, where `seqtune evaluate` has scored the trial. */
  readonly evaluations: readonly Omit<EvaluationRow, "detail">[];
  /** A program's last lines, and what was odd about its reports; `null` where no program ran, or its end was not heard. */
  readonly log: RecordedLog | null;
  /** Weights of the best epoch. `file` is `null` where they were not kept: only those of the best trials are. */
  readonly model: (BlobPointer & { readonly file: string | null }) | null;
}

/** `blobFile`: where the file with that hash lies, `null` when it is not there. */
export function trialView(
  store: StudyStore,
  study: Study,
  trial: Trial,
  blobFile: (sha256: string) => string | null,
): TrialView {
  const baseline = baselineOf(study);
  return {
    study: study.name,
    metric: study.metric,
    goal: study.goal,
    baseline,
    number: trial.number,
    outcome: trial.state,
    reason: trial.reason,
    params: trial.params,
    origin: trial.origin,
    seed: trial.seed,
    maxEpochs: trial.epochs,
    epochs: trial.epochsDone,
    value: trial.value,
    bestEpoch: trial.bestEpoch,
    lastValue: trial.lastValue,
    skill: skill(trial.value, baseline?.value ?? null, bestPossible(study.metric, study.goal)),
    goals: trialGoals(store, study, trial),
    startedAt: trial.at,
    endedAt: trial.endedAt,
    curve: store.curve(study.id, trial.number).map(toPoint),
    attempts: store.attempts(study.id, trial.number).map(toAttempt),
    evaluations: store
      .evaluations(study.id)
      .filter((row) => row.trial === trial.number)
      .map(({ detail: _plots, ...row }) => row),
    log: newestLog(store.events(study.id), trial.number),
    model: trial.model === null ? null : { ...trial.model, file: blobFile(trial.model.sha256) },
  };
}

/** A repeat ranks beside the trials of the search here, so that it shows what it is worth. */
function trialGoals(store: StudyStore, study: Study, { number }: Trial): TrialGoals | null {
  if (goalsOf(study) === undefined) return null;
  return rankByGoals(store, study, store.trials(study.id))?.byTrial.get(number) ?? null;
}

function toPoint({ epoch, value, metrics, seconds, attempt }: Report): CurvePoint {
  const finite = Object.entries(metrics).map(([name, number]) => [
    name,
    Number.isFinite(number) ? number : null,
  ]);
  return { epoch, value, metrics: Object.fromEntries(finite) as CurvePoint["metrics"], seconds, attempt };
}

function toAttempt(attempt: Attempt): AttemptRow {
  return {
    attempt: attempt.attempt,
    state: attempt.state,
    worker: attempt.worker,
    engine: attempt.engine,
    fromEpoch: attempt.fromEpoch,
    toEpoch: attempt.toEpoch,
    reason: attempt.reason,
    startedAt: attempt.startedAt,
    endedAt: attempt.endedAt,
  };
}
