import { once } from "node:events";
import { DataError } from "../../../worker/data/errors.ts";
import { startThread } from "../../start-thread.ts";
import { tableOf } from "../../../worker/data/prepare.ts";
import {
  foldBaselines,
  foldCount,
  ofFolds,
  type BaselineQuestion,
  type FittedSweepBaselines,
  type FoldBaselines,
} from "./sweep-baselines.ts";

/** What a thread is given. */
export interface ThreadTask {
  readonly question: BaselineQuestion;
  /** The fold that no thread has taken yet, shared by all. */
  readonly next: Int32Array;
}

/** The baselines of a fold, or why there are none. */
export type FoldAnswer = { readonly fold: number } & (FoldBaselines | { readonly reason: string });

/** Cells of a table, times folds, up to which a thread takes longer to start than they take to compute. */
const fewCells = 30_000;

/** The baselines of a sweep that somebody waits for: of a small table here and now, else beside everything else. Throws as `baselinesBeside` does. */
export async function baselinesSoon(
  question: BaselineQuestion,
  most: number,
  signal?: AbortSignal,
): Promise<FittedSweepBaselines> {
  const { source, settings } = question;
  const cells = "columns" in source ? source.rows * source.columns.length : Infinity;
  const folds = foldCount(question);
  if (cells * folds > fewCells) return await baselinesBeside(question, most, signal);
  signal?.throwIfAborted();
  const table = tableOf(source, settings);
  return ofFolds(
    question,
    Array.from({ length: folds }, (_, fold) => foldBaselines(table, settings, fold)),
  );
}

/**
 * The baselines of a sweep, computed beside everything else this process does: its folds by up to so many threads side by side, which
 * changes nothing in the result. Throws `DataError`, and the signal's reason when it fires.
 */
export async function baselinesBeside(
  question: BaselineQuestion,
  most: number,
  signal?: AbortSignal,
): Promise<FittedSweepBaselines> {
  signal?.throwIfAborted();
  const task: ThreadTask = { question, next: new Int32Array(new SharedArrayBuffer(4)) };
  const count = Math.max(1, Math.min(most, foldCount(question)));
  const threads = Array.from({ length: count }, () => startThread(import.meta.url, "./thread", task));
  try {
    const said = await Promise.all(
      threads.map(async (thread): Promise<readonly FoldAnswer[]> => {
        const [answers] = (await once(thread, "message", { signal })) as [readonly FoldAnswer[]];
        return answers;
      }),
    );
    const folds = said.flat().sort((a, b) => a.fold - b.fold);
    return ofFolds(
      question,
      folds.map((answer) => {
        if ("reason" in answer) throw new DataError(answer.reason);
        return answer;
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
