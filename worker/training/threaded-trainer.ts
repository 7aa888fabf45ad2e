import { SHARE_ENV, Worker } from "node:worker_threads";
import { readingKey } from "../protocol/file-settings.ts";
import type { Assignment, EngineAssignment } from "../protocol/assignment.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import { interruptionCodes, type RunOrder, type ThreadNews, type ThreadOptions } from "./thread-messages.ts";
import type { Finished, Interruption, Material, Progress, Running, Trainer } from "./trainer.ts";

/** The engine cannot run here: its message says why, and what to do. */
export class EngineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EngineError";
  }
}

interface Job {
  readonly onProgress: (news: Progress) => void;
  readonly resolve: (finished: Finished) => void;
}

/**
 * Trains in a thread of its own, so that heartbeats and orders are served while a batch computes. A thread that
 * dies (out of memory, say) fails the attempt it ran and is replaced for the next.
 */
export class ThreadedTrainer implements Trainer {
  private readonly engineName: string;
  private readonly flag = new Int32Array(new SharedArrayBuffer(4));
  private thread: Promise<Thread> | null = null;
  private job: Job | null = null;

  constructor(engineName: string) {
    this.engineName = engineName;
  }

  async engine(): Promise<EngineInfo> {
    return (await this.started()).engine;
  }

  run(assignment: Assignment, material: Material, onProgress: (news: Progress) => void): Running {
    if (assignment.kind === "program") {
      const message = "this worker trains models and runs no programs";
      return { finished: Promise.resolve(failed("error", message)), interrupt: () => {} };
    }
    Atomics.store(this.flag, 0, 0);
    const finished = new Promise<Finished>((resolve) => {
      this.job = { onProgress, resolve };
    });
    void this.started().then(
      (thread) => thread.run(assignment, material),
      (error: unknown) => this.finish(failed("error", String(error))),
    );
    return { finished, interrupt: (how) => this.interrupt(how) };
  }

  async close(): Promise<void> {
    const thread = await this.thread?.catch(() => null);
    await thread?.worker.terminate();
  }

  /** A stop is final; a hand-back outranks a pause. */
  private interrupt(how: Interruption): void {
    const current = interruptionCodes[Atomics.load(this.flag, 0)] ?? null;
    if (current === "stop" || (current === "hand_back" && how === "pause")) return;
    Atomics.store(this.flag, 0, interruptionCodes.indexOf(how));
  }

  private finish(finished: Finished): void {
    const job = this.job;
    this.job = null;
    job?.resolve(finished);
  }

  private started(): Promise<Thread> {
    this.thread ??= startThread({ engine: this.engineName, flag: this.flag.buffer }, (news) => {
      if (news.kind === "progress") this.job?.onProgress(news.news);
      else if (news.kind === "finished") this.finish(news.finished);
    }).then((thread) => {
      thread.worker.once("error", (error) => this.died(error));
      return thread;
    });
    return this.thread;
  }

  private died(error: Error): void {
    this.thread = null;
    const outOfMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    this.finish(failed(outOfMemory ? "out_of_memory" : "error", error.message));
  }
}

function failed(failure: "out_of_memory" | "error", message: string): Finished {
  return { end: { kind: "failed", failure, message: message.slice(0, 4000) } };
}

/** A running thread, with the memory of which data file it holds. */
class Thread {
  readonly worker: Worker;
  readonly engine: EngineInfo;
  private holds: string | null = null;

  constructor(worker: Worker, engine: EngineInfo) {
    this.worker = worker;
    this.engine = engine;
  }

  run(assignment: EngineAssignment, material: Material): void {
    const key = readingKey(assignment.data.sha256, assignment.settings.data);
    const order: RunOrder = {
      assignment,
      ...(this.holds === key ? {} : { data: material.data }),
      ...(material.weights === undefined ? {} : { weights: material.weights }),
    };
    this.holds = key;
    this.worker.postMessage(order);
  }
}

const inSource = import.meta.url.endsWith(".ts");

/** In a checkout that is not built: a thread does not inherit the loader of TypeScript files, so it is given it. */
function sourceThread(options: ThreadOptions): Worker {
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const entry = JSON.stringify(new URL("./thread.ts", import.meta.url).href);
  const start = `import(${loader}).then((tsx) => { tsx.register(); return import(${entry}); });`;
  return new Worker(start, { eval: true, workerData: options, env: SHARE_ENV });
}

async function startThread(options: ThreadOptions, onNews: (news: ThreadNews) => void): Promise<Thread> {
  const worker = inSource
    ? sourceThread(options)
    : new Worker(new URL("./thread.js", import.meta.url), { workerData: options, env: SHARE_ENV });
  worker.unref();
  return await new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.on("message", (news: ThreadNews) => {
      if (news.kind === "ready") {
        worker.off("error", reject);
        resolve(new Thread(worker, news.engine));
      } else if (news.kind === "cannot_start") reject(new EngineError(news.message));
      else onNews(news);
    });
  });
}
