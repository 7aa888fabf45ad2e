import { bestPossible } from "../../config/metrics.ts";
import { isDrivenNow, workersOn, type LabNow } from "../../lab/lab-watch.ts";
import type { Board } from "../../lab/board.ts";
import { totalTrials } from "../counts.ts";
import type { LeaderboardRow } from "../leaderboard.ts";
import { observedSpace } from "../plot-study/observed-space.ts";
import { packRanking } from "./goal-ranking.ts";
import { skill } from "../skill.ts";
import type { TrialView } from "../trial.ts";
import {
  wireVersion,
  type GoalRanking,
  type StudyDelta,
  type StudyHead,
  type StudyLine,
  type StudySnapshot,
  type StudyStatus,
  type TrialTuple,
} from "./wire.ts";

/** A study of a lab in the list of studies. */
export function labLine(board: Board, now: number): StudyLine {
  const { leaderboard, key } = board;
  const { study: name, state, metric, goal, counts, baseline, startedAt, endedAt, trials } = leaderboard;
  const best = trials[0]?.value ?? null;
  const gain = skill(best, baseline?.value ?? null, bestPossible(metric, goal));
  const driven = isDrivenNow(board, now);
  return { key, name, state, driven, metric, goal, counts, best, baseline, skill: gain, startedAt, endedAt };
}

/** What the lab knows of a study: its best trials, without curves. */
export function labSnapshot(board: Board, lab: LabNow, now: number, place: string): StudySnapshot {
  return {
    wire: wireVersion,
    head: headOf(board),
    status: statusOf(board, lab, now),
    place,
    trials: board.leaderboard.trials.map((row) => tupleOf(row, board)),
  };
}

export function labDelta(board: Board, lab: LabNow, now: number, place: string): StudyDelta {
  const { status, trials } = labSnapshot(board, lab, now, place);
  return { wire: wireVersion, place, status, trials, curves: [], open: [] };
}

/** A trial's row without what stays with the coordinator: curve, attempts, evaluations. */
export function labTrial({ leaderboard, at }: Board, row: LeaderboardRow): TrialView {
  const { study, metric, goal, baseline, startedAt } = leaderboard;
  return {
    study,
    metric,
    goal,
    baseline,
    number: row.number,
    outcome: row.outcome,
    reason: row.reason,
    params: row.params,
    origin: null,
    seed: 0,
    maxEpochs: row.epochs,
    epochs: row.epochs,
    value: row.value,
    bestEpoch: row.bestEpoch,
    lastValue: row.lastValue,
    skill: row.skill,
    goals: row.goals ?? null, // earlier versions publish none
    startedAt,
    endedAt: isOpen(row) ? null : at,
    curve: [],
    attempts: [],
    evaluations: [],
    log: null,
    model: null,
  };
}

function isOpen({ outcome }: LeaderboardRow): boolean {
  return outcome === "running" || outcome === "paused";
}

function headOf({ key, host, leaderboard }: Board): StudyHead {
  const { study: name, metric, goal, startedAt, trials } = leaderboard;
  const perfect = bestPossible(metric, goal);
  return {
    key,
    name,
    metric,
    goal,
    perfect: Number.isFinite(perfect) ? perfect : null,
    goals: {},
    space: observedSpace(trials.map(({ params }) => params)),
    epochs: trials.reduce((most, { epochs }) => Math.max(most, epochs), 1),
    rungs: [],
    budget: { trials: null, wallTimeMs: null, target: null },
    method: `sweep of ${host}`,
    pruner: null,
    seed: 0,
    data: { file: "", sha256: "", bytes: 0 },
    versions: {},
    startedAt,
    source: "",
  };
}

function statusOf(board: Board, { workers }: LabNow, now: number): StudyStatus {
  const { key, host, leaderboard } = board;
  const { state, reason, endedAt, counts, baselines, trials } = leaderboard;
  return {
    state,
    driven: isDrivenNow(board, now),
    reason,
    endedAt,
    counts,
    baselines,
    running: workersOn(key, workers).map(({ info: { id, running } }) => ({
      trial: running!.trial,
      attempt: running!.attempt,
      state: "running",
      worker: id,
      startedAt: null,
    })),
    workers: workers.map(({ info: { id, host: where, engine }, lastSeen }) => ({
      id,
      host: where,
      engine: engine === undefined ? null : `${engine.engine}/${engine.backend}`,
      lastSeen,
    })),
    verdict: null,
    luck: leaderboard.expected?.words ?? null,
    goals: rankingOf(board),
    note: `The lab has the best ${trials.length} of ${totalTrials(counts)} trials, as ${host} published them; curves, attempts and what follows from all trials are in the database there: seqtune dashboard on ${host}`,
  };
}

/** Earlier versions publish none. */
function rankingOf({ leaderboard: { goals, trials } }: Board): GoalRanking | null {
  if (goals == null) return null;
  const ranked = trials.flatMap(({ number, goals: own }) => (own == null ? [] : [[number, own] as const]));
  return packRanking(goals, ranked);
}

function tupleOf(row: LeaderboardRow, { at, leaderboard: { startedAt } }: Board): TrialTuple {
  return [
    row.number,
    row.outcome,
    row.value,
    row.bestEpoch,
    row.lastValue,
    row.epochs,
    row.epochs,
    row.attempts,
    at,
    0,
    startedAt,
    isOpen(row) ? null : at,
    null,
    null,
    row.reason,
    row.params,
  ];
}
