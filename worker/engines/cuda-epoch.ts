import type { LaneWork } from "../lstm/cuda/lane.ts";
import { numbersPerStep } from "../lstm/cuda/lane-needs.ts";
import { flags, type Piece, pieceRecords } from "../lstm/cuda/record.ts";
import { termsPerSample } from "../lstm/losses.ts";
import { optimizerOf } from "../protocol/optimizer.ts";
import type { Course } from "./course.ts";
import type { TrainEnd, TrainHooks, TrainJob } from "./engine.ts";
import { fusedLoss } from "./fused-model.ts";
import type { Batch } from "./stepper.ts";

/** What a lane computes in an epoch, made before it begins. */
export interface EpochPlan {
  /** From 1. */
  readonly epoch: number;
  /** Optimizer steps before it. */
  readonly stepsBefore: number;
  readonly batches: readonly Batch[];
  /** Terms of each sample's loss. */
  readonly terms: number;
  readonly work: LaneWork;
}

/** `rows`: samples that the lane computes at once, at most. */
export function planEpoch(job: TrainJob, course: Course, epoch: number, rows: number): EpochPlan {
  const { model, train } = job;
  const batches = [...course.batches(epoch)];
  const terms = termsPerSample(fusedLoss(model, null), train.outputs);
  const samples = new Int32Array(course.samples);
  let taken = 0;
  for (const batch of batches) {
    samples.set(batch.samples, taken);
    taken += batch.samples.length;
  }
  const stepsBefore = course.stepsBefore(epoch);
  const numbers = numbersOf(job, course, stepsBefore);
  const pieces = piecesOf(batches, rows, terms);
  const work = { set: train, samples, pieces, records: pieceRecords(pieces), numbers };
  return { epoch, stepsBefore, batches, terms, work };
}

/** The optimizer's numbers for each step of the epoch. */
function numbersOf({ model }: TrainJob, course: Course, stepsBefore: number): Float64Array {
  const { updateFor, weightDecay } = optimizerOf(model);
  const numbers = new Float64Array(course.stepsPerEpoch * numbersPerStep);
  for (let i = 0; i < course.stepsPerEpoch; i++) {
    const rate = course.rateAt(stepsBefore + i);
    numbers.set(updateFor(rate, stepsBefore + i + 1).numbers, i * numbersPerStep);
    numbers[i * numbersPerStep + numbersPerStep - 2] = 1 - rate * weightDecay;
  }
  return numbers;
}

/** Batches cut where they are larger than a lane's memory. */
function piecesOf(batches: readonly Batch[], rows: number, terms: number): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let first = true;
  for (const { epoch, index, samples, share, completesStep } of batches) {
    const scale = share / (samples.length * terms);
    for (let place = 0; place < samples.length; place += rows) {
      const count = Math.min(rows, samples.length - place);
      const last = completesStep && place + count === samples.length;
      const bits = flags.train | (first ? flags.first : 0) | (last ? flags.last : 0);
      pieces.push({ from, count, place, epoch, batch: index, flags: bits, scale });
      from += count;
      first = last;
    }
  }
  return pieces;
}

/** Follows an epoch by its losses, as they come. */
export class EpochLog {
  /** Loss of all samples so far. */
  sum = 0;
  /** Why training ended within the epoch. */
  end: TrainEnd | null = null;
  private readonly plan: EpochPlan;
  private readonly course: Course;
  private readonly hooks: TrainHooks;
  private readonly signal: AbortSignal;
  /** Sums of the pieces that are done. */
  private losses: Float32Array = new Float32Array();
  private seen = 0;
  private batchLoss = 0;
  private steps: number;
  private held: boolean;

  /** Held: the epoch before has not been settled yet, so this one reports no steps. */
  constructor(plan: EpochPlan, course: Course, hooks: TrainHooks, signal: AbortSignal, held: boolean) {
    this.plan = plan;
    this.course = course;
    this.hooks = hooks;
    this.signal = signal;
    this.held = held;
    this.steps = plan.stepsBefore;
  }

  get isHeld(): boolean {
    return this.held;
  }

  /** Sums of the losses of the pieces done. False: training ended. */
  read(losses: Float32Array): boolean {
    this.losses = losses;
    if (!this.held) this.catchUp();
    this.endIfAborted();
    return this.end === null;
  }

  /** The epoch before is settled. */
  release(): void {
    this.held = false;
    this.catchUp();
  }

  /** Nothing of this epoch is wanted any more. */
  cancel(): void {
    this.end ??= { kind: "stopped" };
  }

  private catchUp(): void {
    while (this.seen < this.losses.length && this.end === null) {
      const { batch, place, count } = this.plan.work.pieces[this.seen]!;
      this.batchLoss += this.losses[this.seen++]!;
      const { samples, completesStep } = this.plan.batches[batch]!;
      if (place + count < samples.length) continue;
      this.batchDone(this.batchLoss / (samples.length * this.plan.terms), samples.length, completesStep);
      this.batchLoss = 0;
    }
  }

  private batchDone(loss: number, samples: number, completesStep: boolean): void {
    this.endIfAborted();
    if (this.end !== null) return;
    if (this.course.hasDiverged(loss)) {
      this.end = { kind: "diverged", epoch: this.plan.epoch, step: this.steps + 1, loss };
      return;
    }
    this.sum += loss * samples;
    if (completesStep) this.steps++;
    this.hooks.onStep?.(this.steps, loss);
  }

  private endIfAborted(): void {
    if (this.end === null && this.signal.aborted) this.end = { kind: "aborted" };
  }
}
