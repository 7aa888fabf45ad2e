import type { StudyBaseline } from "../../../storage/store.ts";
import { meanBaselines, predictBaselines, scored } from "../../../worker/data/baselines/baselines.ts";
import { encodeFits, type PartFits } from "../../../worker/data/baselines/kept-fits.ts";
import type { DataSource } from "../../../worker/data/prepare.ts";
import type { Baseline } from "../../../worker/data/prepared.ts";
import type { Table } from "../../../worker/data/file/table.ts";
import type { DataSettings } from "../../../worker/protocol/data-settings.ts";

/** What is to be forecast by simple methods, and the metric that says how well. */
export interface BaselineQuestion {
  readonly source: DataSource;
  readonly settings: DataSettings;
  readonly metric: string;
}

/** How often baselines are fitted: once in each fold. */
export function foldCount({ settings }: BaselineQuestion): number {
  return settings.folds ?? 1;
}

/** The baselines of one fold, or of the one part there is: what they reach on the validation rows, and what they have learned. */
export interface FoldBaselines {
  readonly scores: readonly Baseline[];
  readonly fits: PartFits;
}

/** Throws `DataError`. */
export function foldBaselines(table: Table, settings: DataSettings, fold: number): FoldBaselines {
  const part = predictBaselines(table, settings, "validation", settings.folds === undefined ? {} : { fold });
  const found = part.found.map(({ name, naive, fitted }) => ({ name, naive, fitted }));
  return { scores: scored(part, "validation"), fits: { before: part.before, found } };
}

/** Baselines, and what they have learned, for the verdict at a study's end (worker/data/baselines/kept-fits.ts). */
export interface FittedSweepBaselines {
  readonly found: readonly StudyBaseline[];
  readonly fits: Uint8Array;
}

/** The baselines of a sweep, in its ranking metric, the mean over its folds. */
export function ofFolds(
  { settings, metric }: BaselineQuestion,
  folds: readonly FoldBaselines[],
): FittedSweepBaselines {
  const found = meanBaselines(folds.map(({ scores }) => scores)).map(({ name, naive, metrics }) => {
    const value = metrics[metric];
    return { name, naive, value: value !== undefined && Number.isFinite(value) ? value : null };
  });
  return { found, fits: encodeFits({ settings, parts: folds.map(({ fits }) => fits) }) };
}
