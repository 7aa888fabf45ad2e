import type { Importance } from "../../search/importance.ts";
import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { parseStoredSweep, type Sweep } from "../config/sweep.ts";
import { unitOf } from "../lr-range/metric.ts";
import { studyVerdict } from "../verdict/study-verdict.ts";
import type { StudyVerdict } from "../verdict/verdict.ts";
import { bestTrial } from "../views/best-trial.ts";
import { studyCost, type StudyCost } from "../views/cost.ts";
import { leaderboard, type Leaderboard } from "../views/leaderboard.ts";
import { plotImportance } from "../views/plot-study/importance.ts";
import { readPlotStudy } from "../views/plot-study/read.ts";
import type { PlotForecast } from "../views/plots/kinds/forecast.ts";
import type { PlotStudy } from "../views/plots/study.ts";

/** Everything that a report says of a study. */
export interface StudyReport {
  readonly study: Study;
  /** `null` where it was recorded elsewhere, or by a version whose sweeps cannot be read. */
  readonly sweep: Sweep | null;
  readonly board: Leaderboard;
  readonly best: Trial | null;
  /** Metrics of its best epoch. */
  readonly metrics: Readonly<Record<string, number>>;
  /** `null` where the best was compared with nothing. */
  readonly verdict: StudyVerdict | null;
  readonly plotted: PlotStudy;
  readonly importance: Importance;
  readonly forecast: PlotForecast;
  readonly cost: StudyCost;
  readonly engines: readonly string[];
  /** When it was written, milliseconds since 1970. */
  readonly at: number;
}

export interface ReportOptions {
  readonly forecast: PlotForecast;
  /** A process drives the study now. */
  readonly driven: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export function studyReport(store: StudyStore, study: Study, options: ReportOptions): StudyReport {
  const { forecast, driven, at } = options;
  const stored = parseStoredSweep(study.config);
  const plotted = readPlotStudy(store, study, at);
  const best = bestTrial(store, study);
  const trains = unitOf(study.metric) === "epoch";
  return {
    study,
    sweep: stored.ok ? stored.sweep : null,
    board: leaderboard(store, study, { driven }),
    best,
    metrics: plotted.trials.find(({ number }) => number === best?.number)?.metrics ?? {},
    verdict: trains ? studyVerdict(store, study) : null,
    plotted,
    importance: plotImportance(store, study, plotted),
    forecast,
    cost: studyCost(plotted),
    engines: [...new Set(store.attempts(study.id).flatMap(({ engine }) => engine ?? []))],
    at,
  };
}
