import { optimizerOf } from "../protocol/optimizer.ts";
import { type SequenceSet, sampleCount } from "../data/outputs/sequences.ts";
import { Breather } from "./breather.ts";
import { divergenceBound } from "./divergence.ts";
import type {
  EpochResult,
  LiveModel,
  NamedWeights,
  TrainEnd,
  TrainHooks,
  TrainingState,
  TrainJob,
} from "./engine.ts";
import { GradientNorms } from "./gradient-norms.ts";
import { epochOrder, inOrder } from "./order.ts";
import { LearningRate } from "./schedule.ts";
import type { Batch, Stepper } from "./stepper.ts";

/**
 * Trains epoch by epoch with whatever computes a step, and disposes of it at the end. Everything that must be the same on all engines happens
 * here: order of samples, learning rates, what a loss is, when it has diverged, when a signal is looked at.
 */
export async function trainLoop(
  job: TrainJob,
  stepper: Stepper,
  hooks: TrainHooks,
  signal: AbortSignal,
): Promise<TrainEnd> {
  try {
    return await new Run(job, stepper, hooks, signal).toEnd();
  } catch (error) {
    if (signal.aborted && error === signal.reason) return { kind: "aborted" };
    throw error;
  } finally {
    stepper.dispose();
  }
}

class Run {
  private readonly job: TrainJob;
  private readonly stepper: Stepper;
  private readonly hooks: TrainHooks;
  private readonly signal: AbortSignal;
  private readonly samples: number;
  private readonly bound: number;
  private readonly rate: LearningRate;
  private readonly norms: GradientNorms;
  private readonly breather = new Breather();
  private step: number;

  constructor(job: TrainJob, stepper: Stepper, hooks: TrainHooks, signal: AbortSignal) {
    this.job = job;
    this.stepper = stepper;
    this.hooks = hooks;
    this.signal = signal;
    this.samples = sampleCount(job.train);
    if (this.samples === 0) throw new RangeError("there are no samples to train on");
    this.bound = divergenceBound(job.model, job.train);
    this.norms = new GradientNorms(stepper.weights().map(({ name }) => name));
    this.step = job.from?.step ?? 0;
    const { model } = job;
    this.rate = new LearningRate(
      model,
      {
        learningRate: optimizerOf(model).learningRate,
        stepsPerEpoch: this.fullBatch ? 1 : Math.ceil(this.samples / model.batch_size),
        epochs: model.schedule_epochs ?? job.epochs,
      },
      job.from?.plateau,
    );
  }

  async toEnd(): Promise<TrainEnd> {
    for (let epoch = (this.job.from?.epoch ?? 0) + 1; epoch <= this.job.epochs; epoch++) {
      const outcome = await this.trainEpoch(epoch);
      if (typeof outcome !== "number") return outcome;
      const live = new EpochEnd(this.stepper, this.rate, epoch, this.step, outcome);
      const answer = await this.hooks.onEpoch(this.result(epoch, outcome), live);
      if (answer === "stop") return { kind: "stopped" };
      live.settle();
    }
    return { kind: "complete" };
  }

  /** Mean loss over the samples, or why training ended here. */
  private async trainEpoch(epoch: number): Promise<number | TrainEnd> {
    let sum = 0;
    for (const batch of this.batches(epoch)) {
      if (this.breather.due) await this.breather.turn();
      if (this.signal.aborted) return { kind: "aborted" };
      const loss = this.stepper.accumulate(batch);
      if (!(loss <= this.bound)) return { kind: "diverged", epoch, step: this.step + 1, loss };
      sum += loss * batch.samples.length;
      if (batch.completesStep) this.update();
      this.hooks.onStep?.(this.step, loss);
    }
    return sum / this.samples;
  }

  private update(): void {
    this.norms.add(this.stepper.update(this.rateAt(this.step), this.step + 1));
    this.step++;
  }

  private rateAt(step: number): number {
    return this.job.learningRateAt?.(step) ?? this.rate.at(step);
  }

  private *batches(epoch: number): Generator<Batch> {
    const { seed, model } = this.job;
    const order = this.fullBatch ? inOrder(this.samples) : epochOrder(this.samples, seed, epoch);
    for (let start = 0, index = 0; start < this.samples; start += model.batch_size, index++) {
      const samples = order.subarray(start, start + model.batch_size);
      const share = this.fullBatch ? samples.length / this.samples : 1;
      const completesStep = !this.fullBatch || start + model.batch_size >= this.samples;
      yield { epoch, index, samples, share, completesStep };
    }
  }

  private get fullBatch(): boolean {
    return this.job.model.optimizer === "gradient_descent";
  }

  private result(epoch: number, trainLoss: number): EpochResult {
    const extras = { ...this.norms.takeMeans(), learning_rate: this.rateAt(this.step - 1) };
    return { epoch, step: this.step, trainLoss, extras };
  }
}

/** The model between two epochs. The schedule hears one loss of the epoch: the watched one, else the training loss. */
class EpochEnd implements LiveModel {
  private readonly stepper: Stepper;
  private readonly rate: LearningRate;
  private readonly epoch: number;
  private readonly step: number;
  private readonly trainLoss: number;
  private settled = false;

  constructor(stepper: Stepper, rate: LearningRate, epoch: number, step: number, trainLoss: number) {
    this.stepper = stepper;
    this.rate = rate;
    this.epoch = epoch;
    this.step = step;
    this.trainLoss = trainLoss;
  }

  predict(set: SequenceSet, signal: AbortSignal): Promise<Float32Array> {
    return this.stepper.predict(set, signal);
  }

  weights(): readonly NamedWeights[] {
    return this.stepper.weights();
  }

  watch(validationLoss: number): void {
    this.settle(validationLoss);
  }

  state(): TrainingState {
    this.settle();
    const plateau = this.rate.state();
    return {
      epoch: this.epoch,
      step: this.step,
      weights: this.stepper.weights(),
      optimizer: this.stepper.slots(),
      ...(plateau && { plateau }),
    };
  }

  settle(loss = this.trainLoss): void {
    if (this.settled) return;
    this.settled = true;
    this.rate.epochEnded(loss);
  }
}
