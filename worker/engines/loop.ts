import { Breather } from "./breather.ts";
import { Course } from "./course.ts";
import type { TrainEnd, TrainHooks, TrainJob } from "./engine.ts";
import type { Stepper } from "./stepper.ts";

/** Trains epoch by epoch, batch by batch, with whatever computes a step, and disposes of it at the end. */
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
  private readonly course: Course;
  private readonly breather = new Breather();

  constructor(job: TrainJob, stepper: Stepper, hooks: TrainHooks, signal: AbortSignal) {
    this.job = job;
    this.stepper = stepper;
    this.hooks = hooks;
    this.signal = signal;
    this.course = new Course(
      job,
      stepper.weights().map(({ name }) => name),
    );
  }

  async toEnd(): Promise<TrainEnd> {
    for (let epoch = this.course.firstEpoch; epoch <= this.job.epochs; epoch++) {
      const outcome = await this.trainEpoch(epoch);
      if (typeof outcome !== "number") return outcome;
      const result = this.course.result(epoch, outcome);
      const live = this.course.epochEnd(result, this.stepper);
      if ((await this.hooks.onEpoch(result, live)) === "stop") return { kind: "stopped" };
      live.settle();
    }
    return { kind: "complete" };
  }

  /** Mean loss over the samples, or why training ended here. */
  private async trainEpoch(epoch: number): Promise<number | TrainEnd> {
    const { course } = this;
    let sum = 0;
    for (const batch of course.batches(epoch)) {
      if (this.breather.due) await this.breather.turn();
      if (this.signal.aborted) return { kind: "aborted" };
      const loss = this.stepper.accumulate(batch);
      if (course.hasDiverged(loss)) return { kind: "diverged", epoch, step: course.step + 1, loss };
      sum += loss * batch.samples.length;
      if (batch.completesStep) {
        course.stepDone(this.stepper.update(course.rateAt(course.step), course.step + 1));
      }
      this.hooks.onStep?.(course.step, loss);
    }
    return sum / course.samples;
  }
}
