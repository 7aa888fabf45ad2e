import type { Place, Report, Study, StudyStore, Trial } from "../../../storage/store.ts";
import { allRankingMetrics, bestPossible } from "../../config/metrics.ts";
import { parseStoredSweep, type Sweep } from "../../config/sweep.ts";
import { recordedRepeats } from "../../repeats/recorded.ts";
import { studyVerdict } from "../../verdict/study-verdict.ts";
import { expectedOf } from "../expected.ts";
import { goalRanking } from "./goal-ranking.ts";
import { rungsOf, spaceOf } from "../plot-study/read.ts";
import {
  placeText,
  wireVersion,
  type CurvePiece,
  type StudyDelta,
  type StudyHead,
  type StudySnapshot,
  type StudyStatus,
  type TrialTuple,
} from "./wire.ts";

/** A study as the page needs it first: all but its curves. `driven`: a process drives it now. */
export function studySnapshot(store: StudyStore, study: Study, driven: boolean): StudySnapshot {
  const place = store.place(study.id); // what comes between this and the trials is heard again
  const trials = store.trials(study.id);
  const sweep = sweepOf(study);
  const repeats = repeatsOf(store, study, sweep);
  return {
    wire: wireVersion,
    head: headOf(study, sweep, trials),
    status: statusOf(store, study, driven, { trials, repeats }),
    place: placeText(place),
    trials: trials.map((trial) => tupleOf(trial, repeats.get(trial.number) ?? null, [])),
  };
}

/** What a page that knows the study up to `since` must hear. */
export function studyDelta(store: StudyStore, study: Study, driven: boolean, since: Place): StudyDelta {
  const { place, trials, reported } = store.changes(study.id, since);
  const repeats = repeatsOf(store, study, sweepOf(study));
  const changed = trials.filter((trial) => isNew(trial, since) || reported.has(trial.number));
  const curves: CurvePiece[] = [];
  const tuples = changed.map((trial) => {
    const curve = store.curve(study.id, trial.number);
    // Of an ended trial all: a report may have been taken back meanwhile.
    const from = trial.endedAt === null ? (reported.get(trial.number) ?? 1) : 1;
    curves.push({ trial: trial.number, from, values: valuesFrom(curve, from) });
    return tupleOf(trial, repeats.get(trial.number) ?? null, curve);
  });
  return {
    wire: wireVersion,
    place: placeText(place),
    status: statusOf(store, study, driven, { trials, repeats }),
    trials: tuples,
    curves,
    open: trials.filter(({ endedAt }) => endedAt === null).map(({ number, state }) => [number, state]),
  };
}

function isNew({ number, endedOrder }: Trial, since: Place): boolean {
  return number >= since.trials || (endedOrder ?? 0) > since.ended;
}

function valuesFrom(curve: readonly Report[], from: number): readonly (number | null)[] {
  const values: (number | null)[] = [];
  for (const { epoch, value } of curve) {
    if (epoch < from) continue;
    while (values.length < epoch - from) values.push(null);
    values.push(value);
  }
  return values;
}

function tupleOf(trial: Trial, repeatOf: number | null, curve: readonly Report[]): TrialTuple {
  const best = curve.find(({ epoch }) => epoch === trial.bestEpoch);
  return [
    trial.number,
    trial.state,
    trial.value,
    trial.bestEpoch,
    trial.lastValue,
    trial.epochsDone,
    trial.epochs,
    trial.attempts,
    best?.at ?? trial.endedAt ?? curve.at(-1)?.at ?? trial.at,
    curve.reduce((sum, { seconds }) => sum + seconds, 0),
    trial.at,
    trial.endedAt,
    repeatOf,
    trial.origin,
    trial.reason,
    trial.params,
  ];
}

function headOf(study: Study, sweep: Sweep | null, trials: readonly Trial[]): StudyHead {
  const perfect = bestPossible(study.metric, study.goal);
  return {
    key: study.key,
    name: study.name,
    metric: study.metric,
    goal: study.goal,
    perfect: Number.isFinite(perfect) ? perfect : null,
    goals: Object.fromEntries(allRankingMetrics.map(({ name, goal }) => [name, goal])),
    space: spaceOf(sweep, trials),
    epochs: sweep?.budget.epochs ?? trials.reduce((most, { epochsDone }) => Math.max(most, epochsDone), 1),
    rungs: sweep === null ? [] : rungsOf(sweep),
    budget: {
      trials: sweep?.budget.trials ?? null,
      wallTimeMs: sweep?.budget.wallTimeMs ?? null,
      target: sweep?.budget.target ?? null,
    },
    method: sweep?.method.name ?? "imported",
    pruner: sweep?.earlyTerminate.map(({ type }) => type).join(", ") || null,
    seed: study.seed,
    data: study.data,
    versions: study.versions,
    startedAt: study.at,
    source: study.source,
  };
}

interface Known {
  /** All that may run now. */
  readonly trials: readonly Trial[];
  readonly repeats: ReadonlyMap<number, number>;
}

function statusOf(store: StudyStore, study: Study, driven: boolean, { trials, repeats }: Known): StudyStatus {
  const running = trials
    .filter(({ state, attempts }) => state === "running" && attempts > 0)
    .flatMap(({ number }) => store.attempts(study.id, number).slice(-1))
    .filter(({ endedAt }) => endedAt === null)
    .map(({ trial, attempt, state, worker, startedAt }) => ({ trial, attempt, state, worker, startedAt }));
  // Models are compared with baselines when a study ends.
  const verdict = study.state === "running" ? null : studyVerdict(store, study);
  return {
    state: study.state,
    driven,
    reason: study.reason,
    endedAt: study.endedAt,
    counts: store.counts(study.id),
    baselines: study.baselines,
    running,
    workers: store
      .workers(study.id)
      .map(({ id, host, engine, lastSeen }) => ({ id, host, engine, lastSeen })),
    verdict:
      verdict === null
        ? null
        : {
            worth: verdict.worth,
            sentence: verdict.sentence,
            steps: verdict.steps.map(({ sentence }) => sentence),
          },
    luck: study.state === "running" ? null : luckOf(store, study),
    goals: goalRanking(store, study, (trial) => repeats.has(trial)),
    note: null,
  };
}

function luckOf(store: StudyStore, study: Study): string | null {
  return expectedOf(store, study)?.view.words ?? null;
}

function sweepOf({ config }: Study): Sweep | null {
  const stored = parseStoredSweep(config);
  return stored.ok ? stored.sweep : null;
}

/** By repeat, the trial it repeats. Read only where there can be some: events are many. */
function repeatsOf(store: StudyStore, study: Study, sweep: Sweep | null): ReadonlyMap<number, number> {
  if (sweep !== null && sweep.repeats === undefined) return new Map();
  return new Map(recordedRepeats(store, study.id).map(({ trial, of }) => [trial, of]));
}
