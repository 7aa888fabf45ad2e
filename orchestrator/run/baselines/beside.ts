import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { DataError } from "../../../worker/data/errors.ts";
import { arrange, arrangementOf, type Arrangement } from "../../../worker/data/split/arrange.ts";
import { startThread } from "../../start-thread.ts";
import {
  foldCount,
  ofPieces,
  piecesOf,
  sweepBaselines,
  type BaselinePiece,
  type BaselineQuestion,
  type FittedSweepBaselines,
  type FoldBaselines,
} from "./sweep-baselines.ts";

/** What a thread is given. */
export interface ThreadTask {
  readonly question: BaselineQuestion;
  /** Of the question's table, so that its times are read once. */
  readonly arrangement: Arrangement | undefined;
  readonly pieces: readonly BaselinePiece[];
  /** The number of the piece that no thread has taken yet, shared by all. */
  readonly next: Int32Array;
}

/** The baselines of a piece, or why there are none. */
export type PieceAnswer = BaselinePiece & (FoldBaselines | { readonly reason: string });

/** Cells of a table, times folds, up to which a thread takes longer to start than they take to compute. */
const fewCells = 30_000;
/** Bytes of a cell in a file, about. */
const cellBytes = 8;

/** Threads that load their code while the question is still looked for. They end with `signal`, or once they have answered. */
export class BaselineThreads {
  private readonly threads: readonly Worker[];
  private readonly signal: AbortSignal | undefined;
  private readonly end = (): void => {
    for (const thread of this.threads) void thread.terminate();
  };

  constructor(count: number, signal?: AbortSignal) {
    signal?.throwIfAborted();
    this.signal = signal;
    this.threads = Array.from({ length: count }, () => startThread(import.meta.url, "./thread"));
    signal?.addEventListener("abort", this.end, { once: true });
  }

  /** Their pieces side by side, which changes nothing in the result. Throws `DataError`, and the signal's reason when it fires. */
  async ask(question: BaselineQuestion): Promise<FittedSweepBaselines> {
    const { threads, signal } = this;
    try {
      const task: ThreadTask = {
        question,
        arrangement: arrangementFor(question),
        pieces: piecesOf(question, threads.length),
        next: new Int32Array(new SharedArrayBuffer(4)),
      };
      const said = await Promise.all(
        threads.map(async (thread): Promise<readonly PieceAnswer[]> => {
          thread.postMessage(task);
          const [answers] = (await once(thread, "message", { signal })) as [readonly PieceAnswer[]];
          return answers;
        }),
      );
      return ofPieces(question, said.flat().map(answered));
    } finally {
      signal?.removeEventListener("abort", this.end);
      await Promise.all(threads.map((thread) => thread.terminate()));
    }
  }
}

function answered(answer: PieceAnswer): BaselinePiece & FoldBaselines {
  if ("reason" in answer) throw new DataError(answer.reason);
  return answer;
}

function arrangementFor({ source, settings }: BaselineQuestion): Arrangement | undefined {
  if (settings.layout !== "series" || !("columns" in source)) return undefined;
  arrange(source, settings);
  return arrangementOf(source);
}

/** Up to `most` threads for the baselines of a file of so many bytes; none where that is few. */
export function threadsAhead(
  bytes: number,
  folds: number,
  most: number,
  signal: AbortSignal,
): BaselineThreads | null {
  return bytes * folds > fewCells * cellBytes ? new BaselineThreads(Math.min(most, 2 * folds), signal) : null;
}

/**
 * The baselines of a sweep that somebody waits for, by threads that have been started for them, or by up to `most`; of a small table
 * here and now. Throws as `BaselineThreads.ask` does.
 */
export async function baselinesSoon(
  question: BaselineQuestion,
  most: number,
  { ahead = null, signal }: { readonly ahead?: BaselineThreads | null; readonly signal?: AbortSignal } = {},
): Promise<FittedSweepBaselines> {
  if (ahead !== null) return await ahead.ask(question);
  const { source } = question;
  const cells = "columns" in source ? source.rows * source.columns.length : Infinity;
  if (cells * foldCount(question) > fewCells) return await baselinesBeside(question, most, signal);
  return sweepBaselines(question);
}

/** The baselines of a sweep, computed beside everything else this process does, by up to so many threads. Throws as `BaselineThreads.ask` does. */
export async function baselinesBeside(
  question: BaselineQuestion,
  most: number,
  signal?: AbortSignal,
): Promise<FittedSweepBaselines> {
  const count = Math.max(1, Math.min(most, piecesOf(question, most).length));
  return await new BaselineThreads(count, signal).ask(question);
}
