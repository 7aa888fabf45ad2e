import { DivergenceWatch, rateAt } from "../../search/lr-range/curve.ts";
import type { SequenceSet } from "../data/outputs/sequences.ts";
import type { Engine, TrainEnd, TrainHooks } from "../engines/engine.ts";
import type { RangeTestAssignment } from "../protocol/assignment.ts";
import { wireMetrics } from "./scored-part.ts";
import type { SessionHooks } from "./hooks.ts";
import type { Finished } from "./trainer.ts";

export interface RangeTestRun {
  readonly engine: Engine;
  readonly train: SequenceSet;
  readonly assignment: RangeTestAssignment;
  readonly hooks: SessionHooks;
}

/**
 * Trains fresh weights with a rising learning rate, on batches drawn as in training, and reports every step.
 * Ends at the last step, or where the loss diverges: both are a complete test.
 */
export async function testRange(run: RangeTestRun): Promise<Finished> {
  const { assignment, engine, train, hooks } = run;
  const { settings, seed, test } = assignment;
  const log = new StepLog(run);
  const job = {
    model: settings.model,
    train,
    seed,
    epochs: test.steps, // more than enough: an epoch has at least one step
    scored: null,
    learningRateAt: (step: number) => rateAt(test, step),
  };
  const end = await engine.train(job, hooksOf(log, settings.model.optimizer), log.signal);
  if (end.kind === "diverged") log.add(end.loss);
  return finished(end, hooks);
}

/** With gradient_descent a step is a whole epoch, so its loss is the epoch's. */
function hooksOf(log: StepLog, optimizer: string): TrainHooks {
  const byEpoch = optimizer === "gradient_descent";
  return {
    onStep: (_step, loss) => {
      if (!byEpoch) log.add(loss);
      log.lookForInterruption();
    },
    onEpoch: ({ trainLoss }) => {
      if (byEpoch) log.add(trainLoss);
      return Promise.resolve(log.signal.aborted ? "stop" : "go on");
    },
  };
}

function finished(end: TrainEnd, hooks: SessionHooks): Finished {
  const interruption = hooks.interruption();
  if (end.kind === "diverged" || interruption === null) return { end: { kind: "complete" } };
  if (interruption === "stop") return { end: { kind: "stopped" } };
  // A test takes seconds: it has no checkpoint and starts from scratch.
  return { end: { kind: interruption === "pause" ? "paused" : "handed_back", epoch: 0 } };
}

/** Reports steps, and ends the training when there is nothing left to see. */
class StepLog {
  private readonly run: RangeTestRun;
  private readonly watch: DivergenceWatch;
  private readonly stop = new AbortController();
  private steps = 0;
  private stepStarted = performance.now();

  constructor(run: RangeTestRun) {
    this.run = run;
    this.watch = new DivergenceWatch(run.assignment.test);
  }

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  add(loss: number): void {
    const { test } = this.run.assignment;
    const { smoothed, diverged } = this.watch.add(loss);
    const metrics = { learning_rate: rateAt(test, this.steps), train_loss: loss, smoothed_loss: smoothed };
    const now = performance.now();
    const seconds = (now - this.stepStarted) / 1000;
    this.stepStarted = now;
    this.steps += 1;
    this.run.hooks.progress({ kind: "report", epoch: this.steps, metrics: wireMetrics(metrics), seconds });
    if (diverged || this.steps === test.steps) this.stop.abort();
  }

  lookForInterruption(): void {
    if (this.run.hooks.interruption() !== null) this.stop.abort();
  }
}
