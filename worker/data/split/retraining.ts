import type { Retraining } from "../../protocol/retraining.ts";
import { DataError } from "../errors.ts";
import type { Block } from "./blocks.ts";
import { length, type RowRange, type SplitRanges } from "./split.ts";

/** Which of several trainings on one file is meant: a fold of `folds`, from 0, or one after the search. */
export type Fold = number | Retraining;

/** The fold's number, where it is one of the search's. */
export function searchFold(fold: Fold | undefined): number | undefined {
  return typeof fold === "object" ? undefined : fold;
}

type Cut = SplitRanges & { readonly block: Block };
/** `measured`: the training rows of the search, in which the units of metrics stay. */
type Retrained = Cut & { readonly measured: RowRange };

/**
 * The parts of every series for a training after the search: `train` reaches further, nothing is validated on, and
 * `test` is what there is to score.
 */
export function retrainedParts(
  cuts: readonly Cut[],
  times: Float64Array | undefined,
  retraining: Retraining,
): readonly Retrained[] {
  if (retraining.kind === "refit") return cuts.map((cut) => extended(cut, cut.test));
  requireEarlierRows(cuts);
  const { part, parts } = retraining;
  const bound = boundaries(cuts, times, parts);
  return cuts.map((cut, series) =>
    extended(cut, { start: bound(series, part), end: bound(series, part + 1) }),
  );
}

/** Trains on everything before `test`, from the first row that has a part. */
function extended(cut: Cut, test: RowRange): Retrained {
  const { block, train, validation } = cut;
  const used = [train, validation, cut.test].filter((range) => length(range) > 0);
  const known = [train, validation].filter((range) => length(range) > 0);
  const first = Math.min(...used.map(({ start }) => start), test.start);
  const held = test === cut.test ? Math.max(...known.map(({ end }) => end), first) : test.start;
  const end = Math.max(first, held);
  return { block, train: { start: first, end }, validation: { start: end, end }, test, measured: train };
}

/** Rows at which part `k` of the test rows of a series begins: at the same moments in all, where rows have times. */
function boundaries(
  cuts: readonly Cut[],
  times: Float64Array | undefined,
  parts: number,
): (series: number, k: number) => number {
  const moments = times === undefined ? null : testMoments(cuts, times);
  const rows = moments?.length ?? Math.max(...cuts.map(({ test }) => length(test)));
  if (rows < parts) {
    throw new DataError(`the ${rows} test rows cannot be cut into ${parts} parts: ask for fewer`, {
      setting: "split",
    });
  }
  return (series, k) => {
    const { test } = cuts[series]!;
    if (k === parts) return test.end;
    if (times === undefined || moments === null) return test.start + Math.floor((k * length(test)) / parts);
    const moment = moments[Math.floor((k * moments.length) / parts)]!;
    let row = test.start;
    while (row < test.end && times[row]! < moment) row++;
    return row;
  };
}

function testMoments(cuts: readonly Cut[], times: Float64Array): Float64Array {
  const found = new Set(cuts.flatMap(({ test }) => Array.from(times.subarray(test.start, test.end))));
  return Float64Array.from(found).sort();
}

function requireEarlierRows(cuts: readonly Cut[]): void {
  const tested = cuts.filter(({ test }) => length(test) > 0);
  if (tested.length === 0) {
    throw new DataError("the data has no test rows: leave some out of train and validation in `split`", {
      setting: "split",
    });
  }
  if (tested.every(({ train, validation }) => length(train) === 0 && length(validation) === 0)) {
    throw new DataError(
      "a backtest moves forward in time, and `split` holds out whole series, which have no earlier rows to train on: run seqtune evaluate without it",
      { setting: "split" },
    );
  }
}
