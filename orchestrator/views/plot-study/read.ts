import { halvingSettings, geometricRungs } from "../../../search/pruners/rungs.ts";
import type { Space } from "../../../search/space.ts";
import type { Report, Study, StudyStore, Trial } from "../../../storage/store.ts";
import { allRankingMetrics, bestPossible } from "../../config/metrics.ts";
import { parseStoredSweep, type Sweep } from "../../config/sweep.ts";
import { recordedRepeats } from "../../repeats/recorded.ts";
import { goalRanking } from "../page/goal-ranking.ts";
import { plotGoals } from "../page/wire.ts";
import type { PlotAttempt, PlotStudy, PlotTrial } from "../plots/study.ts";
import { observedSpace } from "./observed-space.ts";
import { plotRanges } from "./ranges.ts";

/** A study as plots read it. `now`: until when it goes where it has not ended, milliseconds since 1970. */
export function readPlotStudy(store: StudyStore, study: Study, now: number): PlotStudy {
  const stored = parseStoredSweep(study.config);
  const sweep = stored.ok ? stored.sweep : null;
  const repeats = new Map(recordedRepeats(store, study.id).map(({ trial, of }) => [trial, of]));
  const curves = readCurves(store, study.id);
  const trials = store
    .trials(study.id)
    .map((trial) => plotTrial(trial, curves.get(trial.number), repeats.get(trial.number) ?? null));
  return {
    name: study.name,
    state: study.state,
    metric: study.metric,
    goal: study.goal,
    perfect: bestPossible(study.metric, study.goal),
    goals: Object.fromEntries(allRankingMetrics.map(({ name, goal }) => [name, goal])),
    byGoals: plotGoals(goalRanking(store, study, (trial) => repeats.has(trial))),
    baselines: study.baselines,
    space: spaceOf(sweep, trials),
    epochs: sweep?.budget.epochs ?? trials.reduce((most, { curve }) => Math.max(most, curve.length), 1),
    rungs: sweep === null ? [] : rungsOf(sweep),
    startedAt: study.at,
    until: study.endedAt ?? Math.max(now, study.at),
    trials,
    attempts: plotAttempts(store, study),
    ranges: sweep === null ? [] : plotRanges(store, study, sweep),
  };
}

/** Every attempt of the study, as plots and pages read it. */
export function plotAttempts(store: StudyStore, { id }: Study): readonly PlotAttempt[] {
  return store.attempts(id).map(({ trial, attempt, worker, state, startedAt, endedAt, reason }) => ({
    trial,
    attempt,
    worker,
    state,
    startedAt,
    endedAt,
    reason,
  }));
}

/** What is recorded of trials counts where they come from elsewhere and have more parameters than the sweep. */
export function spaceOf(sweep: Sweep | null, trials: readonly Pick<PlotTrial, "params">[]): Space {
  const observed = observedSpace(trials.map(({ params }) => params));
  if (sweep === null) return observed;
  const known = new Set(sweep.space.parameters.map(({ name }) => name));
  return {
    parameters: [...sweep.space.parameters, ...observed.parameters.filter(({ name }) => !known.has(name))],
  };
}

/** Of successive halving; other rules look at every epoch. */
export function rungsOf({ earlyTerminate, budget: { epochs } }: Sweep): readonly number[] {
  const rungs = earlyTerminate.flatMap(({ type, ...settings }) => {
    if (type !== "asha" && type !== "hyperband") return [];
    const { min_epochs, eta } = settings as { readonly min_epochs?: number; readonly eta?: number };
    return geometricRungs(
      halvingSettings({
        epochs,
        ...(min_epochs === undefined ? {} : { min_epochs }),
        ...(eta === undefined ? {} : { eta }),
      }),
    );
  });
  return [...new Set(rungs)].sort((a, b) => a - b);
}

interface RecordedCurve {
  readonly values: number[];
  readonly reports: Report[];
}

/** Each epoch from the newest report of it that counts. */
function readCurves(store: StudyStore, study: number): ReadonlyMap<number, RecordedCurve> {
  const curves = new Map<number, RecordedCurve>();
  for (const report of store.reports(study)) {
    const curve = curves.get(report.trial) ?? { values: [], reports: [] };
    curves.set(report.trial, curve);
    while (curve.values.length < report.epoch - 1) curve.values.push(Number.NaN);
    curve.values[report.epoch - 1] = report.value ?? Number.NaN;
    curve.reports[report.epoch - 1] = report;
  }
  return curves;
}

function plotTrial(trial: Trial, curve: RecordedCurve | undefined, repeatOf: number | null): PlotTrial {
  const best = trial.bestEpoch === null ? undefined : curve?.reports[trial.bestEpoch - 1];
  const last = curve?.reports.at(-1);
  const metrics = Object.entries(best?.metrics ?? {}).filter(([, value]) => Number.isFinite(value));
  return {
    number: trial.number,
    params: trial.params,
    state: trial.state,
    value: trial.value,
    bestEpoch: trial.bestEpoch,
    at: best?.at ?? trial.endedAt ?? last?.at ?? trial.at,
    reason: trial.reason,
    repeatOf,
    curve: curve?.values ?? [],
    metrics: Object.fromEntries(metrics),
    seconds: (curve?.reports ?? []).reduce((sum, report) => sum + report.seconds, 0),
  };
}
