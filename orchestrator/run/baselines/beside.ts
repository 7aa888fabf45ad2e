import { once } from "node:events";
import { DataError } from "../../../worker/data/errors.ts";
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
  readonly pieces: readonly BaselinePiece[];
  /** The number of the piece that no thread has taken yet, shared by all. */
  readonly next: Int32Array;
}

/** The baselines of a piece, or why there are none. */
export type PieceAnswer = BaselinePiece & (FoldBaselines | { readonly reason: string });

/** Cells of a table, times folds, up to which a thread takes longer to start than they take to compute. */
const fewCells = 30_000;

/** The baselines of a sweep that somebody waits for: of a small table here and now, else beside everything else. Throws as `baselinesBeside` does. */
export async function baselinesSoon(
  question: BaselineQuestion,
  most: number,
  signal?: AbortSignal,
): Promise<FittedSweepBaselines> {
  const { source } = question;
  const cells = "columns" in source ? source.rows * source.columns.length : Infinity;
  if (cells * foldCount(question) > fewCells) return await baselinesBeside(question, most, signal);
  signal?.throwIfAborted();
  return sweepBaselines(question);
}

/**
 * The baselines of a sweep, computed beside everything else this process does: its pieces by up to so many threads side by side, which
 * changes nothing in the result. Throws `DataError`, and the signal's reason when it fires.
 */
export async function baselinesBeside(
  question: BaselineQuestion,
  most: number,
  signal?: AbortSignal,
): Promise<FittedSweepBaselines> {
  signal?.throwIfAborted();
  const pieces = piecesOf(question, most);
  const task: ThreadTask = { question, pieces, next: new Int32Array(new SharedArrayBuffer(4)) };
  const count = Math.max(1, Math.min(most, pieces.length));
  const threads = Array.from({ length: count }, () => startThread(import.meta.url, "./thread", task));
  try {
    const said = await Promise.all(
      threads.map(async (thread): Promise<readonly PieceAnswer[]> => {
        const [answers] = (await once(thread, "message", { signal })) as [readonly PieceAnswer[]];
        return answers;
      }),
    );
    return ofPieces(
      question,
      said.flat().map((answer) => {
        if ("reason" in answer) throw new DataError(answer.reason);
        return answer;
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
