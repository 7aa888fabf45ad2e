import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { parseStoredSweep } from "../config/sweep.ts";
import { recordedRepeats } from "../repeats/recorded.ts";
import { goalWords } from "./goals-text.ts";
import { rankByGoals } from "./goals.ts";
import type { SeenTrial, Snapshot } from "./snapshot.ts";
import { standingOf, standingText } from "./standing.ts";
import { lengthsOf, timeLeft } from "./time-left.ts";

/** Trials of the ranking whose curves are read: more than any screen shows. */
const mostRanked = 100;

export interface SnapshotOptions {
  /** A process drives the study now. */
  readonly driven: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Reads a study again and again; curves that cannot change any more are read once. */
export class SnapshotReader {
  private readonly store: StudyStore;
  private readonly curves = new Map<
    number,
    { readonly epochs: number; readonly curve: SeenTrial["curve"] }
  >();
  private epochTime = { epochs: 0, ms: 0 };

  constructor(store: StudyStore) {
    this.store = store;
  }

  read(study: Study, options: SnapshotOptions): Snapshot {
    const { store } = this;
    const stored = parseStoredSweep(study.config);
    const budget = stored.ok ? stored.sweep.budget : null;
    const all = store.trials(study.id, { order: "rank" });
    const repeats = new Set(recordedRepeats(store, study.id).map(({ trial }) => trial));
    const searched = all.filter(({ number }) => !repeats.has(number));
    const workers = openAttempts(store, study);
    const byGoals = rankByGoals(store, study, searched);
    const seen = (trial: Trial): SeenTrial => ({
      ...this.seen(study, trial, workers.get(trial.number) ?? null),
      ...(byGoals !== null && { rank: byGoals.byTrial.get(trial.number)?.rank ?? null }),
    });
    const running = all.filter(({ number }) => workers.has(number)).sort((a, b) => a.number - b.number);
    const ended = searched.filter(({ endedAt }) => endedAt !== null);
    const epochs = budget?.epochs ?? all.reduce((most, trial) => Math.max(most, trial.epochs), 1);
    const shown = {
      ranked: (byGoals?.trials ?? searched)
        .filter(({ value }) => value !== null)
        .slice(0, mostRanked)
        .map(seen),
      running: running.map(seen),
    };
    const standing = standingOf({ state: study.state, driven: options.driven });
    const why = study.reason === null ? "" : `: ${study.reason}`;
    return {
      study: study.name,
      metric: study.metric,
      goal: study.goal,
      ...(byGoals !== null && { goals: goalWords(byGoals.view) }),
      baselines: study.baselines,
      startedAt: study.at,
      ended:
        standing === "running"
          ? null
          : { at: study.endedAt ?? options.now, words: `${standingText(standing, study.name)}${why}` },
      counts: store.counts(study.id),
      done: ended.length,
      budget: budget?.trials ?? null,
      repeats: repeats.size,
      repeatsEnded: all.filter(({ number, endedAt }) => repeats.has(number) && endedAt !== null).length,
      epochs,
      ...shown,
      workers: new Set(workers.values()).size,
      left:
        standing === "running" && budget?.trials !== undefined
          ? timeLeft({
              waiting: Math.max(0, budget.trials - searched.length),
              running: searched.filter(({ endedAt }) => endedAt === null).map(({ epochsDone }) => epochsDone),
              lengths: lengthsOf(ended),
              epochs,
              rate: this.rate(running.length),
            })
          : null,
    };
  }

  private seen(study: Study, trial: Trial, worker: string | null): SeenTrial {
    const { number, params, state, value, bestEpoch, epochsDone: epochs } = trial;
    return { number, params, state, value, bestEpoch, epochs, worker, curve: this.curve(study, trial) };
  }

  private curve(study: Study, { number, epochsDone }: Trial): SeenTrial["curve"] {
    const known = this.curves.get(number);
    if (known?.epochs === epochsDone) return known.curve;
    const reports = this.store.curve(study.id, number);
    const curve = reports.map(({ value }) => value);
    const ms = reports.reduce((sum, { seconds }) => sum + 1000 * seconds, 0);
    this.epochTime = { epochs: this.epochTime.epochs + reports.length, ms: this.epochTime.ms + ms };
    this.curves.set(number, { epochs: epochsDone, curve });
    return curve;
  }

  /** Epochs per millisecond of `workers` workers, from the training times of the trials that were looked at. */
  private rate(workers: number): number {
    const { epochs, ms } = this.epochTime;
    return ms > 0 ? (Math.max(1, workers) * epochs) / ms : 0;
  }
}

/** The worker of every trial that is on one now. */
function openAttempts(store: StudyStore, { id, state }: Study): ReadonlyMap<number, string> {
  if (state !== "running") return new Map();
  return new Map(
    store
      .attempts(id)
      .flatMap((one) => (one.state === "running" ? [[one.trial, one.worker ?? "a worker"] as const] : [])),
  );
}
