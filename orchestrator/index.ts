/** The library behind the command line: run and resume sweeps, read their results. */
export { loadSweep, type LoadedSweep } from "./config/load.ts";
export { formatSweepErrors, type SweepError } from "./config/errors.ts";
export type { Sweep } from "./config/sweep.ts";
export { UserError } from "./errors.ts";
export { StudyEvents, type StudyEvent } from "./events.ts";
export { evaluateStudy, type EvaluateOptions, type StudyEvaluation } from "./run/evaluate-study.ts";
export { exportModel, type ExportedModel, type ExportOptions } from "./result/export-model.ts";
export type { HomeModel, ModelPlace } from "./result/home-model.ts";
export { predict, type Predictions, type PredictOptions } from "./result/predict.ts";
export type { Interrupts, LocalWorkers } from "./run/parts.ts";
export { openStudy, type StudyReader } from "./run/open-study.ts";
export type { RunOptions } from "./run/compose.ts";
export { resumeStudy, runSweep, type StudyResult } from "./run/run-sweep.ts";
export { stopStudy } from "./run/stop-study.ts";
export type { Judged, Judgement, NextStep, StudyVerdict } from "./verdict/verdict.ts";
export type { Leaderboard, LeaderboardRow } from "./views/leaderboard.ts";
export { createStudy, type StudyOptions } from "./asked/create.ts";
export {
  choice,
  float,
  int,
  type GivenParams,
  type Parameter,
  type ParamsOf,
  type SpaceOf,
  type When,
} from "./asked/space.ts";
export type { AskedStudy, AskOptions, Objective, OptimizeOptions } from "./asked/study.ts";
export type { Metrics } from "./asked/metrics.ts";
export type { AskedTrial } from "./asked/trial.ts";
