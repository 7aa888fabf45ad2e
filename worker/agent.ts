import type { Assignment } from "./protocol/assignment.ts";
import { BlobDamaged, BlobMissing, type BlobStore } from "./protocol/blobs.ts";
import type { WorkerBus } from "./protocol/bus.ts";
import type { BlobRef } from "./protocol/ids.ts";
import type { AttemptEnd, Order, WorkerInfo, WorkerMessage } from "./protocol/messages.ts";
import type { Finished, Material, Progress, Running, Trainer } from "./training/trainer.ts";

export interface AgentOptions {
  readonly bus: WorkerBus;
  readonly trainer: Trainer;
  readonly info: Omit<WorkerInfo, "running" | "engine">;
  /** Fires when the worker should hand back what it runs and end. */
  readonly signal: AbortSignal;
}

/** Claims attempts and runs them, one after another, until the bus drains or the signal fires. */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { bus, trainer } = options;
  const ending = AbortSignal.any([options.signal, bus.draining]);
  const engine = await trainer.engine();
  const idle: WorkerInfo = { ...options.info, engine };
  bus.announce(idle);
  const shelf = new DataShelf(bus.blobs);
  for (;;) {
    const assignment = await bus.claim(ending);
    if (assignment === null) break;
    bus.announce({ ...idle, running: assignment.ref });
    await runAttempt(assignment, options, shelf, ending);
    bus.announce(idle);
  }
  await bus.flush(AbortSignal.timeout(10_000));
}

async function runAttempt(
  assignment: Assignment,
  options: AgentOptions,
  shelf: DataShelf,
  ending: AbortSignal,
): Promise<void> {
  const attempt = new AttemptLog(assignment, options);
  attempt.send({ kind: "started", engine: await options.trainer.engine() });
  const material = await fetchMaterial(assignment, options.bus, shelf, ending);
  if ("failure" in material) {
    attempt.send({ kind: "ended", end: { kind: "failed", ...material } });
    return;
  }
  const running = options.trainer.run(assignment, material, (news) => attempt.progress(news));
  const stopListening = obeyOrders(assignment, running, options.bus, ending);
  try {
    await attempt.finish(await running.finished);
  } finally {
    stopListening();
  }
}

function obeyOrders(
  assignment: Assignment,
  running: Running,
  bus: WorkerBus,
  ending: AbortSignal,
): () => void {
  const unsubscribe = bus.onOrder(assignment.ref, (order: Order) => running.interrupt(order.kind));
  const handBack = (): void => running.interrupt("hand_back");
  if (ending.aborted) handBack();
  ending.addEventListener("abort", handBack, { once: true });
  return () => {
    unsubscribe();
    ending.removeEventListener("abort", handBack);
  };
}

type Body = WorkerMessage extends infer M
  ? M extends WorkerMessage
    ? Omit<M, "ref" | "n" | "worker">
    : never
  : never;

/** Numbers the messages of one attempt, and stores files before their hashes are sent. */
class AttemptLog {
  private n = 0;
  private readonly assignment: Assignment;
  private readonly options: AgentOptions;
  /** Files are stored one after another, and messages keep their order behind them. */
  private tail: Promise<void> = Promise.resolve();

  constructor(assignment: Assignment, options: AgentOptions) {
    this.assignment = assignment;
    this.options = options;
  }

  send(body: Body): void {
    const { ref } = this.assignment;
    this.options.bus.send({ ...body, ref, n: this.n++, worker: this.options.info.id });
  }

  progress(news: Progress): void {
    switch (news.kind) {
      case "report":
        this.send(news);
        return;
      case "evaluated":
        this.send({ ...news, baselines: { ...news.baselines } });
        return;
      case "checkpoint":
        this.sendFile(news.bytes, (checkpoint) => ({ kind: "checkpoint", epoch: news.epoch, checkpoint }));
        return;
      case "predicted":
        this.sendFile(news.bytes, (file) => ({
          kind: "predicted",
          predictions: file,
          samples: news.samples,
        }));
        return;
      default:
        news satisfies never;
    }
  }

  private sendFile(bytes: Uint8Array, body: (stored: BlobRef) => Body): void {
    this.tail = this.tail.then(async () => {
      const stored = await this.store(bytes);
      if (stored !== null) this.send(body(stored));
    });
  }

  async finish(finished: Finished): Promise<void> {
    await this.tail;
    const blob = finished.model === undefined ? null : await this.store(finished.model.bytes);
    const model =
      blob === null || finished.model === undefined ? {} : { model: { blob, epoch: finished.model.epoch } };
    this.send({ kind: "ended", end: await this.endWithFiles(finished), ...model });
  }

  private async endWithFiles(finished: Finished): Promise<AttemptEnd> {
    const { end, checkpoint } = finished;
    if (end.kind !== "paused" && end.kind !== "handed_back") return end;
    const stored = checkpoint === undefined ? null : await this.store(checkpoint.bytes);
    return stored === null ? end : { ...end, checkpoint: stored };
  }

  /** A file that cannot be stored is left out: the curve counts more than the weights, and the loss is visible. */
  private async store(bytes: Uint8Array): Promise<BlobRef | null> {
    try {
      return await this.options.bus.blobs.put(bytes);
    } catch {
      return null;
    }
  }
}

/** The data file of the last trial, for the next one. */
class DataShelf {
  private readonly blobs: BlobStore;
  private held: { readonly sha256: string; readonly bytes: Uint8Array } | null = null;

  constructor(blobs: BlobStore) {
    this.blobs = blobs;
  }

  async fetch(ref: BlobRef, signal: AbortSignal): Promise<Uint8Array> {
    if (this.held?.sha256 !== ref.sha256) {
      this.held = { sha256: ref.sha256, bytes: await this.blobs.get(ref, signal) };
    }
    return this.held.bytes;
  }
}

async function fetchMaterial(
  assignment: Assignment,
  bus: WorkerBus,
  shelf: DataShelf,
  signal: AbortSignal,
): Promise<Material | Pick<Extract<AttemptEnd, { kind: "failed" }>, "failure" | "message">> {
  let failure: "bad_data" | "error" = "bad_data";
  try {
    const data = await shelf.fetch(assignment.data, signal);
    failure = "error"; // of other files than the data
    const needed = neededWeights(assignment);
    if (needed === undefined) return { data };
    return { data, weights: await bus.blobs.get(needed, signal) };
  } catch (error) {
    const isGone = error instanceof BlobMissing || error instanceof BlobDamaged;
    const message = isGone ? error.message : `the trial's files could not be fetched: ${String(error)}`;
    return { failure, message };
  }
}

function neededWeights(assignment: Assignment): BlobRef | undefined {
  switch (assignment.kind) {
    case "trial":
      return assignment.from?.checkpoint;
    case "evaluate":
    case "predict":
      return assignment.model;
    case "lr_range_test":
      return undefined;
    default:
      return assignment satisfies never;
  }
}
