import type { StudyBaseline } from "../../../storage/store.ts";
import { meanBaselines, predictBaselines, scored } from "../../../worker/data/baselines/baselines.ts";
import type { KeptFits, PartFits } from "../../../worker/data/baselines/kept-fits.ts";
import { tableOf, type DataSource } from "../../../worker/data/prepare.ts";
import type { NumberMethods } from "../../../worker/data/baselines/number-baselines.ts";
import type { Baseline } from "../../../worker/data/prepared.ts";
import type { Table } from "../../../worker/data/file/table.ts";
import type { DataSettings } from "../../../worker/protocol/data-settings.ts";

/** What is to be forecast by simple methods, and the metric that says how well. */
export interface BaselineQuestion {
  readonly source: DataSource;
  readonly settings: DataSettings;
  readonly metric: string;
}

/** Baselines that one thread computes at a time: those of one fold, or of the one part there is. */
export interface BaselinePiece {
  readonly fold: number;
  /** Default: all. */
  readonly methods?: NumberMethods;
}

/** How often baselines are fitted: once in each fold. */
export function foldCount({ settings }: BaselineQuestion): number {
  return settings.folds ?? 1;
}

/**
 * What so many threads share, what takes longest first: the linear method, and later folds, which train on more rows. Forecasts of
 * numbers are taken apart where one thread would else wait for another.
 */
export function piecesOf(question: BaselineQuestion, threads: number): readonly BaselinePiece[] {
  const { layout, task } = question.settings;
  const folds = Array.from({ length: foldCount(question) }, (_, i) => ({
    fold: foldCount(question) - 1 - i,
  }));
  if (threads === 1 || layout !== "series" || task !== "regression") return folds;
  return (["linear", "others"] as const).flatMap((methods) => folds.map((one) => ({ ...one, methods })));
}

/** What baselines reach on the validation rows of a fold, and what they have learned. */
export interface FoldBaselines {
  readonly scores: readonly Baseline[];
  readonly fits: PartFits;
}

/** Throws `DataError`. */
export function foldBaselines(
  table: Table,
  settings: DataSettings,
  { fold, methods }: BaselinePiece,
): FoldBaselines {
  const options = { ...(settings.folds !== undefined && { fold }), methods };
  const part = predictBaselines(table, settings, "validation", options);
  const found = part.found.map(({ name, naive, fitted }) => ({ name, naive, fitted }));
  return { scores: scored(part, "validation"), fits: { before: part.before, found } };
}

/** Baselines, and what they have learned, for the verdict at a study's end (worker/data/baselines/kept-fits.ts). */
export interface FittedSweepBaselines {
  readonly found: readonly StudyBaseline[];
  readonly fits: KeptFits;
}

/** The baselines of a sweep, in its ranking metric, the mean over its folds, from those of all pieces in any order. */
export function ofPieces(
  question: BaselineQuestion,
  pieces: readonly (BaselinePiece & FoldBaselines)[],
): FittedSweepBaselines {
  const { settings, metric } = question;
  const folds = Array.from({ length: foldCount(question) }, (_, fold) => ofFold(fold, pieces));
  const found = meanBaselines(folds.map(({ scores }) => scores)).map(({ name, naive, metrics }) => {
    const value = metrics[metric];
    return { name, naive, value: value !== undefined && Number.isFinite(value) ? value : null };
  });
  return { found, fits: { settings, parts: folds.map(({ fits }) => fits) } };
}

/** The same, computed here and now. Throws `DataError`. */
export function sweepBaselines(question: BaselineQuestion): FittedSweepBaselines {
  const { source, settings } = question;
  const table = tableOf(source, settings);
  const found = piecesOf(question, 1).map((piece) => ({
    ...piece,
    ...foldBaselines(table, settings, piece),
  }));
  return ofPieces(question, found);
}

/** The linear method comes last. */
function ofFold(fold: number, pieces: readonly (BaselinePiece & FoldBaselines)[]): FoldBaselines {
  const [one, ...more] = pieces
    .filter((piece) => piece.fold === fold)
    .sort((a, b) => Number(a.methods === "linear") - Number(b.methods === "linear"));
  const found = [one!, ...more].flatMap(({ fits }) => fits.found);
  return {
    scores: [one!, ...more].flatMap(({ scores }) => scores),
    fits: { before: one!.fits.before, found },
  };
}
