import type { Deck } from "../lstm/cuda/deck.ts";
import { numbersPerStep } from "../lstm/cuda/lane.ts";
import { flags, type Piece, pieceRecords } from "../lstm/cuda/record.ts";
import { termsPerSample } from "../lstm/losses.ts";
import { optimizerOf } from "../protocol/optimizer.ts";
import { Course } from "./course.ts";
import type { Berths } from "./cuda-berths.ts";
import { CudaLane, startOf, trainingBytes } from "./cuda-lane.ts";
import type { TrainEnd, TrainHooks, TrainJob } from "./engine.ts";
import { fusedLoss } from "./fused-model.ts";
import type { Batch, ModelAtRest } from "./stepper.ts";

/** A training on the deck, an epoch at a time: its launches go out beside those of all other lanes. */
export class CudaRun {
  private readonly deck: Deck;
  private readonly berths: Berths;
  private readonly job: TrainJob;
  private readonly hooks: TrainHooks;
  private readonly signal: AbortSignal;

  constructor(deck: Deck, berths: Berths, job: TrainJob, hooks: TrainHooks, signal: AbortSignal) {
    this.deck = deck;
    this.berths = berths;
    this.job = job;
    this.hooks = hooks;
    this.signal = signal;
  }

  async toEnd(): Promise<TrainEnd> {
    const lane = await this.open();
    try {
      return await this.train(lane);
    } catch (error) {
      if (this.signal.aborted && error === this.signal.reason) return { kind: "aborted" };
      throw error;
    } finally {
      await this.deck.between(() => {
        lane.dispose();
        this.berths.release();
      });
    }
  }

  /** Memory is reckoned with before a lane is taken: one that has no room beside the others waits. */
  private async open(): Promise<CudaLane> {
    const bytes = trainingBytes(this.job);
    const start = startOf(this.job); // made while the device computes
    for (;;) {
      const lane = await this.deck.between(() => {
        if (!this.berths.take(bytes)) return null;
        try {
          return CudaLane.forTraining(this.deck, this.job, start);
        } catch (error) {
          this.berths.release();
          throw error;
        }
      });
      if (lane !== null) return lane;
      await this.berths.untilReleased();
    }
  }

  private async train(lane: CudaLane): Promise<TrainEnd> {
    const course = new Course(
      this.job,
      lane.shapes.map(({ name }) => name),
    );
    for (let epoch = course.firstEpoch; epoch <= this.job.epochs; epoch++) {
      if (this.signal.aborted) return { kind: "aborted" };
      const outcome = await this.trainEpoch(lane, course, epoch);
      if ("kind" in outcome) return outcome;
      const result = course.result(epoch, outcome.trainLoss);
      const live = course.epochEnd(result, outcome.model);
      if ((await this.hooks.onEpoch(result, live)) === "stop") return { kind: "stopped" };
      live.settle();
    }
    return { kind: "complete" };
  }

  private async trainEpoch(
    lane: CudaLane,
    course: Course,
    epoch: number,
  ): Promise<TrainEnd | { readonly trainLoss: number; readonly model: ModelAtRest }> {
    const { model, train } = this.job;
    const batches = [...course.batches(epoch)];
    const terms = termsPerSample(fusedLoss(model, null), train.outputs);
    const pieces = piecesOf(batches, lane.rows, terms);
    const samples = new Int32Array(course.samples);
    let taken = 0;
    for (const batch of batches) {
      samples.set(batch.samples, taken);
      taken += batch.samples.length;
    }
    const numbers = this.numbers(course, batches);
    const log = new EpochLog(course, epoch, batches, pieces, terms, this.hooks, this.signal);
    const found = await lane.run(
      { set: train, samples, pieces, records: pieceRecords(pieces), numbers },
      (losses) => log.read(losses()),
      () => log.end ?? { snapshot: lane.snapshot(), squares: lane.squares(log.steps) },
    );
    if ("kind" in found) return found;
    const { snapshot, squares } = found;
    for (let step = 0; step < log.steps; step++) {
      course.stepDone(squares.subarray(step * lane.shapes.length, (step + 1) * lane.shapes.length));
    }
    return {
      trainLoss: log.sum / course.samples,
      model: {
        weights: () => lane.namedWeights(snapshot),
        slots: () => lane.namedSlots(snapshot),
        predict: (set, signal) => lane.predict(set, signal),
      },
    };
  }

  /** The optimizer's numbers for each step of the epoch. */
  private numbers(course: Course, batches: readonly Batch[]): Float64Array {
    const { updateFor, weightDecay } = optimizerOf(this.job.model);
    const steps = batches.filter(({ completesStep }) => completesStep).length;
    const numbers = new Float64Array(steps * numbersPerStep);
    for (let i = 0; i < steps; i++) {
      const rate = course.rateAt(course.step + i);
      numbers.set(updateFor(rate, course.step + i + 1).numbers, i * numbersPerStep);
      numbers[i * numbersPerStep + numbersPerStep - 2] = 1 - rate * weightDecay;
    }
    return numbers;
  }
}

/** Follows an epoch by its losses, as they come. */
class EpochLog {
  /** Loss of all samples so far. */
  sum = 0;
  /** Optimizer steps of this epoch so far. */
  steps = 0;
  /** Why training ended within the epoch. */
  end: TrainEnd | null = null;
  private readonly course: Course;
  private readonly epoch: number;
  private readonly batches: readonly Batch[];
  private readonly pieces: readonly Piece[];
  private readonly terms: number;
  private readonly hooks: TrainHooks;
  private readonly signal: AbortSignal;
  private seen = 0;
  private batchLoss = 0;

  constructor(
    course: Course,
    epoch: number,
    batches: readonly Batch[],
    pieces: readonly Piece[],
    terms: number,
    hooks: TrainHooks,
    signal: AbortSignal,
  ) {
    this.course = course;
    this.epoch = epoch;
    this.batches = batches;
    this.pieces = pieces;
    this.terms = terms;
    this.hooks = hooks;
    this.signal = signal;
  }

  /** Sums of the losses of the pieces done. False: training ended. */
  read(losses: Float32Array): boolean {
    while (this.seen < losses.length && this.end === null) {
      const { batch, place, count } = this.pieces[this.seen]!;
      this.batchLoss += losses[this.seen++]!;
      const { samples, completesStep } = this.batches[batch]!;
      if (place + count < samples.length) continue;
      this.batchDone(this.batchLoss / (samples.length * this.terms), samples.length, completesStep);
      this.batchLoss = 0;
    }
    if (this.end === null && this.signal.aborted) this.end = { kind: "aborted" };
    return this.end === null;
  }

  private batchDone(loss: number, samples: number, completesStep: boolean): void {
    if (this.signal.aborted) {
      this.end = { kind: "aborted" };
      return;
    }
    const step = this.course.step + this.steps;
    if (this.course.hasDiverged(loss)) {
      this.end = { kind: "diverged", epoch: this.epoch, step: step + 1, loss };
      return;
    }
    this.sum += loss * samples;
    if (completesStep) this.steps++;
    this.hooks.onStep?.(this.course.step + this.steps, loss);
  }
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
