import { z } from "zod";
import { isBetter, toScore } from "../../search/scores.ts";
import type { PreparedData } from "../data/prepared.ts";
import type {
  Engine,
  EpochResult,
  LiveModel,
  NamedWeights,
  TrainEnd,
  TrainingState,
} from "../engines/engine.ts";
import { decodeCheckpoint, encodeCheckpoint, encodeModel } from "../engines/model-file.ts";
import type { TrialAssignment } from "../protocol/assignment.ts";
import { wireMetrics } from "./evaluate-model.ts";
import { Lockstep } from "./lockstep.ts";
import type { SessionHooks } from "./session.ts";
import type { Finished, Interruption } from "./trainer.ts";
import { predictionLoss } from "./validation-loss.ts";

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
 * kept. With folds, one model a fold is trained in step, reports are means, and the last fold's model is kept.
 */
export async function trainTrial(run: TrialRun): Promise<Finished> {
  return await new Trial(run).toEnd();
}

type Metrics = Readonly<Record<string, number>>;

interface FoldEpoch {
  readonly result: EpochResult;
  readonly live: LiveModel;
  readonly metrics: Metrics;
}

interface Best {
  readonly epoch: number;
  /** Lower is better. */
  readonly score: number;
  readonly weights: readonly NamedWeights[];
}

/** What a checkpoint says of the epochs before it. */
const checkpointAbout = z.object({
  best: z.object({ epoch: z.int(), score: z.number() }).nullable(),
  waited: z.int().min(0),
});

class Trial {
  private readonly run: TrialRun;
  private readonly stop = new AbortController();
  private readonly from: TrainingState | undefined;
  private best: Best | null = null;
  /** Epochs since the best. */
  private waited = 0;
  private state: TrainingState | null = null;
  private lastCheckpoint = performance.now();
  private epochStarted = performance.now();
  private diverged: { readonly epoch: number; readonly step: number; readonly reason: string } | null = null;
  private stoppedEarly = false;

  constructor(run: TrialRun) {
    this.run = run;
    this.from = this.readCheckpoint();
  }

  async toEnd(): Promise<Finished> {
    const { assignment, engine, folds } = this.run;
    const step = new Lockstep<FoldEpoch, "go on" | "stop">(folds.length, (results) =>
      this.epochDone(results),
    );
    const trainings = folds.map((fold, member) =>
      engine
        .train(
          {
            model: assignment.settings.model,
            train: fold.train,
            seed: assignment.seed,
            epochs: assignment.epochs,
            ...(this.from === undefined ? {} : { from: this.from }),
          },
          {
            onEpoch: async (result, live) => await step.arrive(member, await this.score(fold, result, live)),
            onStep: () => this.lookForInterruption(),
          },
          this.stop.signal,
        )
        .then((end) => {
          // A fold that ends takes the others with it, also those that wait for it.
          step.end("stop");
          return end;
        }),
    );
    const ends = await Promise.all(trainings);
    return this.finished(ends);
  }

  private async score(fold: PreparedData, result: EpochResult, live: LiveModel): Promise<FoldEpoch> {
    const { model } = this.run.assignment.settings;
    const predictions = await live.predict(fold.validation, this.stop.signal);
    const valLoss = predictionLoss(model, fold.validation, predictions);
    live.watch(valLoss);
    const metrics = {
      train_loss: result.trainLoss,
      val_loss: valLoss,
      ...fold.score("validation", predictions),
      ...result.extras,
    };
    return { result, live, metrics };
  }

  private async epochDone(folds: readonly FoldEpoch[]): Promise<"go on" | "stop"> {
    const { assignment, hooks } = this.run;
    const { result, live } = folds.at(-1)!;
    const metrics = meanMetrics(folds.map((fold) => fold.metrics));
    const value = metrics[assignment.metric.name];
    const score = toScore(value ?? Number.NaN, assignment.metric.goal);
    const now = performance.now();
    const seconds = (now - this.epochStarted) / 1000;
    this.epochStarted = now;
    if (isBetter(score, this.best?.score ?? Number.NaN)) {
      this.best = { epoch: result.epoch, score, weights: live.weights() };
      this.waited = 0;
    } else this.waited += 1;
    this.state = folds.length === 1 ? live.state() : null;
    hooks.progress({ kind: "report", epoch: result.epoch, metrics: wireMetrics(metrics), seconds });
    return this.decide(result, metrics, value);
  }

  private decide(result: EpochResult, metrics: Metrics, value: number | undefined): "go on" | "stop" {
    const { assignment } = this.run;
    if (value === undefined) {
      throw new Error(
        `this task has no metric ${assignment.metric.name}; there are ${Object.keys(metrics).join(", ")}`,
      );
    }
    if (!Number.isFinite(value) || !Number.isFinite(metrics["val_loss"])) {
      const reason = `${assignment.metric.name} became ${String(value)} at epoch ${result.epoch}`;
      this.diverged = { epoch: result.epoch, step: result.step, reason };
      return "stop";
    }
    this.saveNowAndThen();
    const patience = assignment.settings.model.early_stopping;
    this.stoppedEarly = patience !== null && this.waited >= patience;
    this.lookForInterruption();
    return this.stoppedEarly || this.stop.signal.aborted ? "stop" : "go on";
  }

  private lookForInterruption(): void {
    if (!this.stop.signal.aborted && this.run.hooks.interruption() !== null) this.stop.abort();
  }

  private saveNowAndThen(): void {
    const every = this.run.assignment.checkpoint_seconds;
    const now = performance.now();
    if (every === null || this.state === null || now - this.lastCheckpoint < every * 1000) return;
    if (this.state.epoch >= this.run.assignment.epochs) return;
    this.lastCheckpoint = now;
    this.run.hooks.progress({
      kind: "checkpoint",
      epoch: this.state.epoch,
      bytes: this.checkpoint(this.state),
    });
  }

  private finished(ends: readonly TrainEnd[]): Finished {
    const diverged = this.diverged ?? divergence(ends);
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
    if (this.state === null) return { end: { kind, epoch: 0 }, ...this.model() };
    const { epoch } = this.state;
    return {
      end: { kind, epoch },
      checkpoint: { epoch, bytes: this.checkpoint(this.state) },
      ...this.model(),
    };
  }

  private model(): Pick<Finished, "model"> {
    if (this.best === null) return {};
    const { assignment, folds } = this.run;
    const { features, outputs, pipeline } = folds.at(-1)!;
    const { settings, seed, metric, ref } = assignment;
    const { epoch, weights } = this.best;
    const about = { ...ref, settings, seed, metric, epoch, features, outputs, pipeline };
    return { model: { epoch, bytes: encodeModel({ weights, about }) } };
  }

  private checkpoint(state: TrainingState): Uint8Array {
    const { best, waited } = this;
    const about = { best: best === null ? null : { epoch: best.epoch, score: best.score }, waited };
    return encodeCheckpoint({ state, about, ...(best === null ? {} : { best: best.weights }) });
  }

  private readCheckpoint(): TrainingState | undefined {
    const { weights } = this.run;
    if (weights === undefined) return undefined;
    const file = decodeCheckpoint(weights);
    const { best, waited } = checkpointAbout.parse(file.about);
    this.waited = waited;
    if (best !== null && file.best !== undefined) this.best = { ...best, weights: file.best };
    this.state = file.state;
    return file.state;
  }
}

function divergence(ends: readonly TrainEnd[]): { epoch: number; step: number; reason: string } | null {
  const end = ends.find((one) => one.kind === "diverged");
  if (end === undefined) return null;
  const what = Number.isFinite(end.loss)
    ? `exploded to ${end.loss.toPrecision(3)}`
    : `became ${String(end.loss)}`;
  return {
    epoch: end.epoch,
    step: end.step,
    reason: `the training loss ${what} in epoch ${end.epoch}, step ${end.step}`,
  };
}

function meanMetrics(folds: readonly Metrics[]): Metrics {
  const [first, ...others] = folds;
  if (first === undefined || others.length === 0) return first ?? {};
  const mean = (name: string): number =>
    folds.reduce((sum, fold) => sum + (fold[name] ?? Number.NaN), 0) / folds.length;
  return Object.fromEntries(Object.keys(first).map((name) => [name, mean(name)]));
}
