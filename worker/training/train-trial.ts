import { isBetter, toScore } from "../../search/scores.ts";
import type { Metrics } from "../data/outputs/metric.ts";
import { meanOver } from "../data/outputs/metrics.ts";
import { networkSamples } from "../data/outputs/quantiles.ts";
import type { PreparedData } from "../data/prepared.ts";
import type { Engine, EpochResult, TrainEnd, TrainingState } from "../engines/engine.ts";
import { dimsOf } from "../engines/weights.ts";
import type { TrialAssignment } from "../protocol/assignment.ts";
import { secondsMetric } from "../protocol/cost-metrics.ts";
import { parameterCount } from "../protocol/model-shape.ts";
import { foldSeed, keptFolds } from "./committee.ts";
import { type Diverged, divergedLoss, divergedMetric } from "./diverged.ts";
import { wireMetrics } from "./scored-part.ts";
import { type FoldEpoch, scoreEpoch } from "./fold-epoch.ts";
import { Lockstep } from "./lockstep.ts";
import type { SessionHooks } from "./hooks.ts";
import type { Finished, Interruption } from "./trainer.ts";
import { type Best, checkpointBytes, modelBytes, readCheckpoint } from "./trial-files.ts";

export interface TrialRun {
  readonly engine: Engine;
  /** One, or one for each fold of a cross-validation. */
  readonly folds: readonly PreparedData[];
  readonly assignment: TrialAssignment;
  /** The checkpoint to go on from. */
  readonly weights: Uint8Array | undefined;
  readonly hooks: SessionHooks;
}

/**
 * Trains one trial: each epoch is scored on the validation samples and reported, the best epoch's weights are
 * kept. With folds, one model a fold is trained in step, reports are means; `keptFolds` says which models are kept.
 */
export async function trainTrial(run: TrialRun): Promise<Finished> {
  return await new Trial(run).toEnd();
}

class Trial {
  private readonly run: TrialRun;
  private readonly stop = new AbortController();
  private best: Best | null = null;
  /** Epochs since the best. */
  private waited = 0;
  /** Of each fold, at the end of the last epoch. */
  private states: readonly TrainingState[] | null = null;
  private lastCheckpoint = performance.now();
  private epochStarted = performance.now();
  /** Of one network. */
  private parameters = 0;
  /** Of the epochs of this attempt. */
  private readonly seconds: number[] = [];
  private diverged: Diverged | null = null;
  private stoppedEarly = false;

  constructor(run: TrialRun) {
    this.run = run;
    if (run.weights === undefined) return;
    const { states, best, waited } = readCheckpoint(run.weights);
    this.states = states;
    this.best = best;
    this.waited = waited;
  }

  async toEnd(): Promise<Finished> {
    const { folds } = this.run;
    const step = new Lockstep<FoldEpoch, "go on" | "stop">(folds.length, (results) =>
      this.epochDone(results),
    );
    const trainings = folds.map((fold, member) =>
      // A fold that ends takes the others with it, also those that wait for it.
      this.train(fold, member, step).finally(() => step.end("stop")),
    );
    return this.finished(await Promise.all(trainings));
  }

  private async train(
    fold: PreparedData,
    member: number,
    step: Lockstep<FoldEpoch, "go on" | "stop">,
  ): Promise<TrainEnd> {
    const { engine, assignment } = this.run;
    const { epochs, settings } = assignment;
    const { model } = settings;
    const seed = foldSeed(assignment.seed, member, settings.data);
    const { signal } = this.stop;
    const from = this.states?.[member];
    const samples = networkSamples(model, fold.train);
    const scored = networkSamples(model, fold.validation);
    this.parameters = parameterCount(model, dimsOf(samples));
    return await engine.train(
      { model, train: samples, seed, epochs, scored, ...(from && { from }) },
      {
        onEpoch: async (result, live) =>
          await step.arrive(member, await scoreEpoch(model, fold, scored, result, live, signal)),
        onStep: () => this.lookForInterruption(),
      },
      signal,
    );
  }

  private async epochDone(folds: readonly FoldEpoch[]): Promise<"go on" | "stop"> {
    const { assignment, hooks } = this.run;
    const { result } = folds.at(-1)!;
    const now = performance.now();
    const seconds = (now - this.epochStarted) / 1000;
    this.epochStarted = now;
    this.seconds.push(seconds);
    const metrics: Metrics = {
      ...meanOver(folds.map((fold) => fold.metrics)),
      parameters: this.parameters,
      [secondsMetric]: median(this.seconds),
    };
    const value = metrics[assignment.metric.name];
    const score = toScore(value ?? Number.NaN, assignment.metric.goal);
    if (isBetter(score, this.best?.score ?? Number.NaN)) {
      const kept = keptFolds(folds, assignment.settings.data);
      this.best = { epoch: result.epoch, score, weights: kept.map(({ live }) => live.weights()) };
      this.waited = 0;
    } else this.waited += 1;
    this.states = folds.map(({ live }) => live.state());
    hooks.progress({ kind: "report", epoch: result.epoch, metrics: wireMetrics(metrics), seconds });
    return this.decide(result, metrics, value);
  }

  private decide(result: EpochResult, metrics: Metrics, value: number | undefined): "go on" | "stop" {
    const { assignment } = this.run;
    const { name } = assignment.metric;
    if (value === undefined) {
      throw new Error(`this task has no metric ${name}; there are ${Object.keys(metrics).join(", ")}`);
    }
    this.diverged = divergedMetric(result, metrics, { name, value });
    if (this.diverged !== null) return "stop";
    this.saveNowAndThen(result.epoch);
    const patience = assignment.settings.model.early_stopping;
    this.stoppedEarly = patience !== null && this.waited >= patience;
    this.lookForInterruption();
    return this.stoppedEarly || this.stop.signal.aborted ? "stop" : "go on";
  }

  private lookForInterruption(): void {
    if (!this.stop.signal.aborted && this.run.hooks.interruption() !== null) this.stop.abort();
  }

  private saveNowAndThen(epoch: number): void {
    const { epochs, checkpoint_seconds: every } = this.run.assignment;
    const now = performance.now();
    if (every === null || epoch >= epochs || now - this.lastCheckpoint < every * 1000) return;
    this.lastCheckpoint = now;
    const checkpoint = this.checkpoint();
    if (checkpoint !== null) this.run.hooks.progress({ kind: "checkpoint", ...checkpoint });
  }

  private finished(ends: readonly TrainEnd[]): Finished {
    const diverged = this.diverged ?? divergedLoss(ends);
    if (diverged !== null) return { end: { kind: "diverged", ...diverged } };
    const interruption = this.run.hooks.interruption();
    const trained = ends.every((end) => end.kind === "complete") || this.stoppedEarly;
    if (trained && !this.stoppedEarly && this.run.assignment.pauses === true)
      return this.interrupted("pause");
    if (trained || interruption === null) return { end: { kind: "complete" }, ...this.model() };
    return this.interrupted(interruption);
  }

  private interrupted(interruption: Interruption): Finished {
    if (interruption === "stop") return { end: { kind: "stopped" }, ...this.model() };
    const kind = interruption === "pause" ? "paused" : "handed_back";
    const checkpoint = this.checkpoint();
    if (checkpoint === null) return { end: { kind, epoch: 0 } };
    return { end: { kind, epoch: checkpoint.epoch }, checkpoint, ...this.model() };
  }

  private model(): Pick<Finished, "model"> {
    const { best, run } = this;
    if (best === null) return {};
    const kept = keptFolds(run.folds, run.assignment.settings.data);
    return { model: { epoch: best.epoch, bytes: modelBytes(run.assignment, best, kept) } };
  }

  private checkpoint(): { readonly epoch: number; readonly bytes: Uint8Array } | null {
    const { states, best, waited } = this;
    if (states === null) return null;
    return { epoch: states[0]!.epoch, bytes: checkpointBytes({ states, best, waited }) };
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
