import { predictBaselines } from "../data/baselines/baselines.ts";
import type { Table } from "../data/file/table.ts";
import { scoredTable } from "../data/forecast/scored-table.ts";
import type { Intervals } from "../data/outputs/intervals.ts";
import { networkOutputs, networkSamples } from "../data/outputs/quantiles.ts";
import { prepareFold } from "../data/prepare.ts";
import type { PreparedData } from "../data/prepared.ts";
import { rowsSeen } from "../data/rows-seen.ts";
import type { Engine, TrainEnd } from "../engines/engine.ts";
import { encodeModel } from "../model/model-file.ts";
import type { NamedWeights } from "../model/weights.ts";
import type { RetrainAssignment } from "../protocol/assignment.ts";
import { fromWire } from "../protocol/numbers.ts";
import type { Retraining, RowsSeen } from "../protocol/retraining.ts";
import { decodedAnswers } from "./answers.ts";
import { divergedLoss } from "./diverged.ts";
import { evaluationDetail } from "./evaluation-detail.ts";
import type { SessionHooks } from "./hooks.ts";
import {
  evaluated,
  reportedIntervals,
  reportedQuantiles,
  scoredPart,
  sentTable,
  type ScoredPart,
} from "./scored-part.ts";
import type { Finished } from "./trainer.ts";

export interface RetrainRun {
  readonly engine: Engine;
  readonly table: Table;
  readonly assignment: RetrainAssignment;
  readonly hooks: SessionHooks;
}

/**
 * Trains a configuration again, as long as was best on validation, on rows that its search held back. Scored are the rows after
 * those: one answer for each part of a backtest, then one over all of them.
 */
export async function retrain(run: RetrainRun): Promise<Finished> {
  const { parts } = run.assignment;
  const scored: ScoredPart[] = [];
  const each: Retraining[] =
    parts === 1
      ? [{ kind: "refit" }]
      : Array.from({ length: parts }, (_, part) => ({ kind: "backtest", part, parts }));
  for (const retraining of each) {
    const done = await retrainPart(run, retraining);
    if ("end" in done) return done;
    scored.push(done);
  }
  if (scored.length > 1) answer(run, scored);
  return { end: { kind: "complete" } };
}

/** What is scored, or how the run ended where nothing is. */
async function retrainPart(run: RetrainRun, retraining: Retraining): Promise<ScoredPart | Finished> {
  const { engine, table, assignment } = run;
  const { settings, score } = assignment;
  const prepared = prepareFold(table, settings.data, { test: score }, retraining);
  const trained = await train(run, prepared);
  if ("end" in trained) return trained;
  const seen = rowsSeen(table, settings.data, retraining, prepared);
  if (!score) {
    const bytes = modelBytes(assignment, prepared, trained.weights, seen);
    return { end: { kind: "complete" }, model: { epoch: assignment.epochs, bytes } };
  }
  const { signal } = new AbortController();
  const { model } = settings;
  const said = await engine.predict(model, trained.weights, networkSamples(model, prepared.test!), signal);
  const rows = prepared.rows("test");
  const baselines = predictBaselines(table, settings.data, "test", { fold: retraining, rows });
  const part = scoredPart(
    settings,
    prepared,
    "test",
    decodedAnswers(model, prepared, "test", said),
    baselines,
  );
  answer(run, [part], seen);
  sendTable(run, part, retraining);
  return part;
}

function answer({ assignment, hooks }: RetrainRun, parts: readonly ScoredPart[], seen?: RowsSeen): void {
  const { settings, metric } = assignment;
  const intervals = reportedIntervals(intervalsOf(assignment), parts);
  const detail = {
    ...evaluationDetail(parts),
    ...(intervals.length > 0 && { intervals }),
    ...reportedQuantiles(parts, settings.data.targets),
  };
  hooks.progress({ ...evaluated(parts, "test", settings, metric.name, detail), ...(seen && { seen }) });
}

function sendTable({ table, assignment, hooks }: RetrainRun, part: ScoredPart, retraining: Retraining): void {
  if (assignment.table === undefined) return;
  const { decoded, baselines, quantiles } = part;
  const header = assignment.table.header && (retraining.kind === "refit" || retraining.part === 0);
  const shown = { decoded, baselines, quantiles, intervals: intervalsOf(assignment), header };
  hooks.progress(sentTable(scoredTable(table, assignment.settings.data, assignment.ref.trial, shown)));
}

/** Those that came with the search's model: a training that holds nothing back has none of its own. */
function intervalsOf({ intervals = [] }: RetrainAssignment): readonly Intervals[] {
  return intervals;
}

interface Trained {
  readonly weights: readonly NamedWeights[];
}

/** A schedule goes by the validation losses of the search, epoch for epoch. */
async function train(
  { engine, assignment, hooks }: RetrainRun,
  prepared: PreparedData,
): Promise<Trained | Finished> {
  const { settings, seed, epochs, val_losses: losses } = assignment;
  const { model } = settings;
  const stop = new AbortController();
  let weights: readonly NamedWeights[] = [];
  const end: TrainEnd = await engine.train(
    { model, train: networkSamples(model, prepared.train), seed, epochs, scored: null },
    {
      onEpoch: ({ epoch }, live) => {
        const loss = losses[epoch - 1];
        if (loss !== undefined) live.watch(fromWire(loss));
        if (epoch === epochs) weights = live.weights();
        return Promise.resolve("go on");
      },
      onStep: () => {
        if (hooks.interruption() !== null) stop.abort();
      },
    },
    stop.signal,
  );
  const diverged = divergedLoss([end]);
  if (diverged !== null) return { end: { kind: "diverged", ...diverged } };
  return end.kind === "complete" ? { weights } : { end: { kind: "stopped" } };
}

function modelBytes(
  { settings, seed, metric, ref, epochs }: RetrainAssignment,
  { features, outputs, pipeline }: PreparedData,
  weights: readonly NamedWeights[],
  refit: RowsSeen,
): Uint8Array {
  const said = networkOutputs(settings.model, outputs);
  const about = { ...ref, settings, seed, metric, epoch: epochs, outputs: said, features, pipeline, refit };
  return encodeModel({ members: [weights], about });
}
