import type { Assignment } from "./protocol/assignment.ts";
import type { WorkerBus } from "./protocol/bus.ts";
import type { BlobRef } from "./protocol/ids.ts";
import type { AttemptEnd, WorkerMessage } from "./protocol/messages.ts";
import type { Finished, Progress } from "./training/trainer.ts";

type Body = WorkerMessage extends infer M
  ? M extends WorkerMessage
    ? Omit<M, "ref" | "n" | "worker">
    : never
  : never;

type Checkpoint = Extract<Progress, { kind: "checkpoint" }>;

export interface AttemptLogOptions {
  readonly bus: WorkerBus;
  /** The worker's id. */
  readonly worker: string;
  readonly onProblem: (problem: Error) => void;
}

/** Numbers the messages of one attempt, and stores files before their hashes are sent. */
export class AttemptLog {
  private n = 0;
  private readonly assignment: Assignment;
  private readonly options: AttemptLogOptions;
  /** Files are stored one after another, and messages keep their order behind them. */
  private tail: Promise<void> = Promise.resolve();
  /** The newest checkpoint while others are being stored: one that it replaces is of no use. */
  private waiting: Checkpoint | null = null;

  constructor(assignment: Assignment, options: AttemptLogOptions) {
    this.assignment = assignment;
    this.options = options;
  }

  send(body: Body): void {
    const { bus, worker } = this.options;
    bus.send({ ...body, ref: this.assignment.ref, n: this.n++, worker });
  }

  progress(news: Progress): void {
    switch (news.kind) {
      case "report":
      case "inputs_scored":
        this.send(news);
        return;
      case "evaluated":
        this.send({ ...news, baselines: { ...news.baselines }, comparisons: [...news.comparisons] });
        return;
      case "checkpoint":
        if (this.waiting === null) this.afterFiles(() => this.sendCheckpoint());
        this.waiting = news;
        return;
      case "predicted":
        this.afterFiles(async () => {
          const predictions = await this.store(news.bytes);
          const { samples, warnings } = news;
          if (predictions !== null)
            this.send({ kind: "predicted", predictions, samples, warnings: [...warnings] });
        });
        return;
      default:
        news satisfies never;
    }
  }

  async finish(finished: Finished): Promise<void> {
    await this.tail;
    const blob = finished.model === undefined ? null : await this.store(finished.model.bytes);
    const model =
      blob === null || finished.model === undefined ? {} : { model: { blob, epoch: finished.model.epoch } };
    const log = finished.log === undefined ? {} : { log: finished.log };
    this.send({ kind: "ended", end: await this.endWithFiles(finished), ...model, ...log });
  }

  private afterFiles(task: () => Promise<void>): void {
    this.tail = this.tail.then(task);
  }

  private async sendCheckpoint(): Promise<void> {
    const { waiting } = this;
    this.waiting = null;
    if (waiting === null) return;
    const checkpoint = await this.store(waiting.bytes);
    if (checkpoint !== null) this.send({ kind: "checkpoint", epoch: waiting.epoch, checkpoint });
  }

  private async endWithFiles(finished: Finished): Promise<AttemptEnd> {
    const { end, checkpoint } = finished;
    if (end.kind !== "paused" && end.kind !== "handed_back") return end;
    const stored = checkpoint === undefined ? null : await this.store(checkpoint.bytes);
    return stored === null ? end : { ...end, checkpoint: stored };
  }

  /** A file that cannot be stored is reported and left out: the curve counts more than the weights. */
  private async store(bytes: Uint8Array): Promise<BlobRef | null> {
    const { bus, onProblem } = this.options;
    try {
      return await bus.blobs.put(bytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      onProblem(
        new Error(`a file of the trial could not be stored and is left out: ${reason}`, { cause: error }),
      );
      return null;
    }
  }
}
