import type { StudyBaseline } from "../../../storage/store.ts";
import { baselineParts, meanBaselines } from "../../../worker/data/baselines/baselines.ts";
import { encodeFits } from "../../../worker/data/baselines/kept-fits.ts";
import type { DataSource } from "../../../worker/data/prepare.ts";
import type { DataSettings } from "../../../worker/protocol/data-settings.ts";

/** What is to be forecast by simple methods, and the metric that says how well. */
export interface BaselineQuestion {
  readonly source: DataSource;
  readonly settings: DataSettings;
  readonly metric: string;
}

/** The baselines of a sweep, in its ranking metric on the validation rows. Throws `DataError`. */
export function sweepBaselines(question: BaselineQuestion): readonly StudyBaseline[] {
  return fitSweepBaselines(question).found;
}

/** Baselines, and what they have learned, for the verdict at a study's end (worker/data/baselines/kept-fits.ts). */
export interface FittedSweepBaselines {
  readonly found: readonly StudyBaseline[];
  readonly fits: Uint8Array;
}

/** As `sweepBaselines`, with what they have learned. Throws `DataError`. */
export function fitSweepBaselines({ source, settings, metric }: BaselineQuestion): FittedSweepBaselines {
  const parts = baselineParts(source, settings, "validation");
  const found = meanBaselines(parts, "validation").map(({ name, naive, metrics }) => {
    const value = metrics[metric];
    return { name, naive, value: value !== undefined && Number.isFinite(value) ? value : null };
  });
  const fits = parts.map(({ before, found: methods }) => ({
    before,
    found: methods.map(({ name, naive, fitted }) => ({ name, naive, fitted })),
  }));
  return { found, fits: encodeFits({ settings, parts: fits }) };
}
