import { SHARE_ENV, Worker } from "node:worker_threads";
import { readingKey } from "../protocol/file-settings.ts";
import type { Assignment, EngineAssignment } from "../protocol/assignment.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import { Keep } from "./keep.ts";
import {
  interruptionCodes,
  keptFileBytes,
  type NumberedOrder,
  type RunOrder,
  type ThreadNews,
  type ThreadOptions,
} from "./thread-messages.ts";
import type { Finished, Interruption, Material, Progress, Running, Trainer } from "./trainer.ts";

/** The engine cannot run here: its message says why, and what to do. */
export class EngineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EngineError";
  }
}

interface Job {
  readonly flag: Int32Array<SharedArrayBuffer>;
  readonly onProgress: (news: Progress) => void;
  readonly resolve: (finished: Finished) => void;
}

/**
 * Trains in a thread of its own, so that heartbeats and orders are served while a batch computes. A thread that
 * dies (out of memory, say) fails the attempts it ran and is replaced for the next.
 */
export class ThreadedTrainer implements Trainer {
  private readonly engineName: string;
  private thread: Promise<Thread> | null = null;
  private readonly jobs = new Map<number, Job>();
  private runs = 0;

  constructor(engineName: string) {
    this.engineName = engineName;
  }

  async engine(): Promise<EngineInfo> {
    return (await this.started()).engine;
  }

  async lanes(): Promise<number> {
    return (await this.started()).lanes;
  }

  run(assignment: Assignment, material: Material, onProgress: (news: Progress) => void): Running {
    if (assignment.kind === "program") {
      const message = "this worker trains models and runs no programs";
      return { finished: Promise.resolve(failed("error", message)), interrupt: () => {} };
    }
    const run = ++this.runs;
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const finished = new Promise<Finished>((resolve) => {
      this.jobs.set(run, { flag, onProgress, resolve });
    });
    void this.started().then(
      (thread) => thread.run(run, flag.buffer, assignment, material),
      (error: unknown) => this.finish(run, failed("error", String(error))),
    );
    return { finished, interrupt: (how) => interrupt(flag, how) };
  }

  async close(): Promise<void> {
    const thread = await this.thread?.catch(() => null);
    await thread?.worker.terminate();
  }

  private finish(run: number, finished: Finished): void {
    const job = this.jobs.get(run);
    this.jobs.delete(run);
    job?.resolve(finished);
  }

  private started(): Promise<Thread> {
    this.thread ??= startThread({ engine: this.engineName }, (news) => {
      if (news.kind === "progress") this.jobs.get(news.run)?.onProgress(news.news);
      else if (news.kind === "finished") this.finish(news.run, news.finished);
    }).then((thread) => {
      thread.worker.once("error", (error) => this.died(error));
      return thread;
    });
    return this.thread;
  }

  private died(error: Error): void {
    this.thread = null;
    const outOfMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    const end = failed(outOfMemory ? "out_of_memory" : "error", error.message);
    for (const run of this.jobs.keys()) this.finish(run, end);
  }
}

/** A stop is final; a hand-back outranks a pause. */
function interrupt(flag: Int32Array, how: Interruption): void {
  const current = interruptionCodes[Atomics.load(flag, 0)] ?? null;
  if (current === "stop" || (current === "hand_back" && how === "pause")) return;
  Atomics.store(flag, 0, interruptionCodes.indexOf(how));
}

function failed(failure: "out_of_memory" | "error", message: string): Finished {
  return { end: { kind: "failed", failure, message: message.slice(0, 4000) } };
}

/** A running thread, with the memory of which data files it holds. */
class Thread {
  readonly worker: Worker;
  readonly engine: EngineInfo;
  readonly lanes: number;
  private readonly holds = new Keep<true>(keptFileBytes);

  constructor(worker: Worker, engine: EngineInfo, lanes: number) {
    this.worker = worker;
    this.engine = engine;
    this.lanes = lanes;
  }

  run(run: number, flag: SharedArrayBuffer, assignment: EngineAssignment, material: Material): void {
    const { data, ...rest } = material;
    const key = readingKey(assignment.data.sha256, assignment.settings.data);
    const held = this.holds.get(key) ?? false;
    if (!held) this.holds.put(key, true, data.length);
    const order: RunOrder = {
      assignment,
      ...(held ? {} : { data }),
      ...rest,
    };
    const numbered: NumberedOrder = { run, flag, order };
    this.worker.postMessage(numbered);
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
        resolve(new Thread(worker, news.engine, news.lanes));
      } else if (news.kind === "cannot_start") reject(new EngineError(news.message));
      else onNews(news);
    });
  });
}
