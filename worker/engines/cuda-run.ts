import type { Deck } from "../lstm/cuda/deck.ts";
import { Course } from "./course.ts";
import type { Berths } from "./cuda-berths.ts";
import { EpochLog, type EpochPlan, planEpoch } from "./cuda-epoch.ts";
import { CudaLane, type LaneSnapshot, startOf } from "./cuda-lane.ts";
import type { TrainEnd, TrainHooks, TrainJob } from "./engine.ts";
import type { ModelAtRest } from "./stepper.ts";

/** What an epoch left behind, read while the device rested. */
interface Trained {
  readonly snapshot: LaneSnapshot;
  /** Of each step: the sum of squares of each weight's gradient [steps, weights]. */
  readonly squares: Float64Array;
  /** Of the samples that every epoch is scored by. */
  readonly predictions: Float32Array | null;
}

/** An epoch on the deck. */
interface Underway {
  readonly plan: EpochPlan;
  readonly log: EpochLog;
  /** Null: training ended within it, as its log says. */
  readonly done: Promise<Trained | null>;
}

/**
 * A training on the deck, an epoch at a time: its launches go out beside those of all other lanes. Where it is known what is
 * predicted after an epoch, and no loss sets the next learning rate, the lane goes on with predictions and with the next epoch
 * at once, while JavaScript scores; what it computed in vain where training ends with the epoch is forgotten.
 */
export class CudaRun {
  private readonly deck: Deck;
  private readonly berths: Berths;
  private readonly job: TrainJob;
  private readonly hooks: TrainHooks;
  private readonly signal: AbortSignal;
  /** The next epoch, made while the device computes this one. */
  private planned: EpochPlan | null = null;
  /** The last epoch that was begun. */
  private latest: Underway | null = null;

  constructor(deck: Deck, berths: Berths, job: TrainJob, hooks: TrainHooks, signal: AbortSignal) {
    this.deck = deck;
    this.berths = berths;
    this.job = job;
    this.hooks = hooks;
    this.signal = signal;
  }

  async toEnd(): Promise<TrainEnd> {
    const { berths, deck, job } = this;
    const start = startOf(job); // made while the device computes
    const lane = await berths.open(
      () => CudaLane.trainingBytes(deck, job),
      () => CudaLane.forTraining(deck, job, start),
    );
    try {
      return await this.train(lane);
    } catch (error) {
      if (this.signal.aborted && error === this.signal.reason) return { kind: "aborted" };
      throw error;
    } finally {
      this.latest?.log.cancel();
      await this.latest?.done.catch(() => {});
      await berths.close(lane);
    }
  }

  private async train(lane: CudaLane): Promise<TrainEnd> {
    const names = lane.shapes.map(({ name }) => name);
    const course = new Course(this.job, names);
    const plan = (epoch: number): EpochPlan => planEpoch(this.job, course, epoch, lane.rows);
    for (let epoch = course.firstEpoch; epoch <= this.job.epochs; epoch++) {
      if (this.signal.aborted) return { kind: "aborted" };
      const underway = this.underway(epoch) ?? this.begin(lane, course, this.planned ?? plan(epoch), false);
      underway.log.release();
      const goesAhead = course.canGoAhead && epoch < this.job.epochs;
      this.planned = goesAhead ? plan(epoch + 1) : null;
      const trained = await underway.done;
      if (underway.log.end !== null) return underway.log.end;
      const end = await this.settle(lane, course, underway, trained!);
      if (end !== null) return end;
    }
    return { kind: "complete" };
  }

  private underway(epoch: number): Underway | null {
    return this.latest?.plan.epoch === epoch ? this.latest : null;
  }

  /** Tells of an epoch, and hears whether training goes on: null when it does. */
  private async settle(
    lane: CudaLane,
    course: Course,
    { plan, log }: Underway,
    { snapshot, squares, predictions }: Trained,
  ): Promise<TrainEnd | null> {
    const { length } = lane.shapes;
    for (let step = 0; step < course.stepsPerEpoch; step++) {
      course.stepDone(squares.subarray(step * length, (step + 1) * length));
    }
    const result = course.result(plan.epoch, log.sum / course.samples);
    const model: ModelAtRest = {
      lasts: true,
      weights: () => lane.namedWeights(snapshot),
      slots: () => lane.namedSlots(snapshot),
      predict: async (set, signal) => predictions ?? (await lane.predict(set, signal)),
    };
    const live = course.epochEnd(result, model);
    if ((await this.hooks.onEpoch(result, live)) === "stop") return { kind: "stopped" };
    live.settle();
    return null;
  }

  /** Puts an epoch on the deck, and behind it what is predicted and the next epoch: each follows without a pause. */
  private begin(lane: CudaLane, course: Course, plan: EpochPlan, held: boolean): Underway {
    const log = new EpochLog(plan, course, this.hooks, this.signal, held);
    const { scored } = this.job;
    const goOn = (): void => {
      const { planned } = this;
      if (scored === undefined || log.isHeld || log.end !== null || planned === null) return;
      this.planned = null;
      this.begin(lane, course, planned, true);
    };
    const compute = async (): Promise<Trained | null> => {
      const found = await lane.run(
        plan.work,
        (losses) => log.read(losses()),
        () => {
          if (log.end !== null) return null;
          const read = { snapshot: lane.snapshot(), squares: lane.squares(course.stepsPerEpoch) };
          const predictions = scored ? lane.predict(scored, this.signal, () => log.end === null, goOn) : null;
          void predictions?.catch(() => {}); // heard below
          if (predictions === null) goOn();
          return { ...read, predictions };
        },
      );
      return found && { ...found, predictions: await found.predictions };
    };
    const done = compute();
    void done.catch(() => {}); // whatever waits for the epoch hears it
    this.latest = { plan, log, done };
    return this.latest;
  }
}
