/** Formats differ in what they can say, not in what is read: every one of them starts from this, so that they cannot disagree. */
import type { Parameter } from "../../search/space.ts";
import type { Attempt, Report, Study, StudyStore, Trial } from "../../storage/store.ts";
import { bestPossible } from "../config/metrics.ts";
import { parseStoredSweep } from "../config/sweep.ts";
import { rankByGoals, type RankedByGoals } from "../views/goals.ts";
import { baselineOf } from "../views/leaderboard.ts";
import { observedSpace } from "../views/plot-study/observed-space.ts";
import { skill } from "../views/skill.ts";

/** One trial with everything that was recorded of it. */
export interface ExportedTrial {
  readonly trial: Trial;
  /** By epoch; numbers that are not finite are NaN or infinities. */
  readonly curve: readonly Report[];
  readonly attempts: readonly Attempt[];
  readonly skill: number | null;
}

/** A study as every format of `seqtune export` starts from it. */
export interface StudyRecord {
  readonly study: Study;
  /** What was searched; for a study without a readable sweep what the values that occur lie in. */
  readonly parameters: readonly Parameter[];
  readonly trials: readonly ExportedTrial[];
  /** With several metrics or constraints. */
  readonly goals: RankedByGoals | null;
}

export function readStudyRecord(store: StudyStore, study: Study): StudyRecord {
  const trials = store.trials(study.id);
  const attempts = new Map<number, Attempt[]>();
  for (const attempt of store.attempts(study.id)) {
    attempts.set(attempt.trial, [...(attempts.get(attempt.trial) ?? []), attempt]);
  }
  const naive = baselineOf(study)?.value ?? null;
  const best = bestPossible(study.metric, study.goal);
  return {
    study,
    parameters: parametersOf(study, trials),
    goals: rankByGoals(store, study, trials),
    trials: trials.map((trial) => ({
      trial,
      curve: store.curve(study.id, trial.number),
      attempts: attempts.get(trial.number) ?? [],
      skill: skill(trial.value, naive, best),
    })),
  };
}

function parametersOf(study: Study, trials: readonly Trial[]): readonly Parameter[] {
  const stored = parseStoredSweep(study.config);
  const searched = stored.ok ? stored.sweep.space.parameters : [];
  const known = new Set(searched.map(({ name }) => name));
  const observed = observedSpace(trials.map(({ params }) => params)).parameters;
  return [...searched, ...observed.filter(({ name }) => !known.has(name))];
}

/** The ranking metric after an epoch, NaN and infinities as they were. */
export function rankingValue({ value, metrics }: Report, metric: string): number {
  return metrics[metric] ?? value ?? Number.NaN;
}

/** Seconds of training that were reported. */
export function secondsOf({ curve }: ExportedTrial): number {
  return curve.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** The worker of the newest attempt that had one. */
export function workerOf({ attempts }: ExportedTrial): string | null {
  return attempts.findLast(({ worker }) => worker !== null)?.worker ?? null;
}
