import { type SequenceSet, sampleCount } from "../data/outputs/sequences.ts";
import { optimizerOf } from "../protocol/optimizer.ts";
import { divergenceBound } from "./divergence.ts";
import type { EpochResult, LiveModel, NamedWeights, TrainingState, TrainJob } from "./engine.ts";
import { GradientNorms } from "./gradient-norms.ts";
import { epochOrder, inOrder } from "./order.ts";
import { LearningRate } from "./schedule.ts";
import type { Batch, ModelAtRest } from "./stepper.ts";

/**
 * Everything of a training that must be the same on all engines, however they compute: order of samples, learning
 * rates, what a loss is, when it has diverged.
 */
export class Course {
  readonly samples: number;
  private readonly job: TrainJob;
  private readonly bound: number;
  private readonly rate: LearningRate;
  private readonly norms: GradientNorms;
  private stepsDone: number;

  constructor(job: TrainJob, weightNames: readonly string[]) {
    this.job = job;
    this.samples = sampleCount(job.train);
    if (this.samples === 0) throw new RangeError("there are no samples to train on");
    this.bound = divergenceBound(job.model, job.train);
    this.norms = new GradientNorms(weightNames);
    this.stepsDone = job.from?.step ?? 0;
    const { model } = job;
    this.rate = new LearningRate(
      model,
      {
        learningRate: optimizerOf(model).learningRate,
        stepsPerEpoch: this.stepsPerEpoch,
        epochs: model.schedule_epochs ?? job.epochs,
      },
      job.from?.plateau,
    );
  }

  /** Optimizer steps done in all. */
  get step(): number {
    return this.stepsDone;
  }

  get firstEpoch(): number {
    return (this.job.from?.epoch ?? 0) + 1;
  }

  get stepsPerEpoch(): number {
    return this.fullBatch ? 1 : Math.ceil(this.samples / this.job.model.batch_size);
  }

  /** Optimizer steps before an epoch. */
  stepsBefore(epoch: number): number {
    return (this.job.from?.step ?? 0) + (epoch - this.firstEpoch) * this.stepsPerEpoch;
  }

  /** Whether the learning rates of an epoch are known before the one before has been scored. */
  get canGoAhead(): boolean {
    return this.job.model.schedule !== "reduce_on_plateau" || this.job.learningRateAt !== undefined;
  }

  *batches(epoch: number): Generator<Batch> {
    const { seed, model } = this.job;
    const order = this.fullBatch ? inOrder(this.samples) : epochOrder(this.samples, seed, epoch);
    for (let start = 0, index = 0; start < this.samples; start += model.batch_size, index++) {
      const samples = order.subarray(start, start + model.batch_size);
      const share = this.fullBatch ? samples.length / this.samples : 1;
      const completesStep = !this.fullBatch || start + model.batch_size >= this.samples;
      yield { epoch, index, samples, share, completesStep };
    }
  }

  /** Learning rate of a step, counted from 0. */
  rateAt(step: number): number {
    return this.job.learningRateAt?.(step) ?? this.rate.at(step);
  }

  hasDiverged(loss: number): boolean {
    return !(loss <= this.bound);
  }

  /** Squares: sum of squares of each weight's gradient in that step. */
  stepDone(squares: ArrayLike<number>): void {
    this.norms.add(squares);
    this.stepsDone++;
  }

  /** Mean training loss of the epoch's samples. */
  result(epoch: number, trainLoss: number): EpochResult {
    const extras = { ...this.norms.takeMeans(), learning_rate: this.rateAt(this.stepsDone - 1) };
    return { epoch, step: this.stepsDone, trainLoss, extras };
  }

  epochEnd({ epoch, step, trainLoss }: EpochResult, model: ModelAtRest): EpochEnd {
    return new EpochEnd(model, this.rate, { epoch, step, trainLoss }, this.job.scored);
  }

  private get fullBatch(): boolean {
    return this.job.model.optimizer === "gradient_descent";
  }
}

/** The model between two epochs. The schedule hears one loss of the epoch: the watched one, else the training loss. */
class EpochEnd implements LiveModel {
  private readonly model: ModelAtRest;
  private readonly rate: LearningRate;
  private readonly result: Omit<EpochResult, "extras">;
  private readonly scored: TrainJob["scored"];
  private settled = false;

  constructor(
    model: ModelAtRest,
    rate: LearningRate,
    result: Omit<EpochResult, "extras">,
    scored: TrainJob["scored"],
  ) {
    this.model = model;
    this.rate = rate;
    this.result = result;
    this.scored = scored;
  }

  async predict(set: SequenceSet, signal: AbortSignal): Promise<Float32Array> {
    if (this.scored !== undefined && set !== this.scored)
      throw new RangeError("the job says that other samples are predicted after an epoch (scored)");
    return await this.model.predict(set, signal);
  }

  weights(): readonly NamedWeights[] {
    return this.model.weights();
  }

  watch(validationLoss: number): void {
    this.settle(validationLoss);
  }

  state(): TrainingState {
    this.settle();
    const { epoch, step } = this.result;
    const plateau = this.rate.state();
    const weights = this.kept(() => this.model.weights());
    const optimizer = this.kept(() => this.model.slots());
    return {
      epoch,
      step,
      get weights() {
        return weights();
      },
      get optimizer() {
        return optimizer();
      },
      ...(plateau && { plateau }),
    };
  }

  settle(loss = this.result.trainLoss): void {
    if (this.settled) return;
    this.settled = true;
    this.rate.epochEnded(loss);
  }

  /** Reads now what the next step changes, and when it is asked for what lasts. */
  private kept<T>(read: () => T): () => T {
    if (this.model.lasts === true) return read;
    const now = read();
    return () => now;
  }
}
