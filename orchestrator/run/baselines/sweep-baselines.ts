import type { StudyBaseline } from "../../../storage/store.ts";
import { baselines } from "../../../worker/data/baselines/baselines.ts";
import type { DataSource } from "../../../worker/data/prepare.ts";
import type { DataSettings } from "../../../worker/protocol/data-settings.ts";

/** What is to be forecast by simple methods, and the metric that says how well. */
export interface BaselineQuestion {
  readonly source: DataSource;
  readonly settings: DataSettings;
  readonly metric: string;
}

/** The baselines of a sweep, in its ranking metric on the validation rows. Throws `DataError`. */
export function sweepBaselines({ source, settings, metric }: BaselineQuestion): readonly StudyBaseline[] {
  return baselines(source, settings, "validation").map(({ name, naive, metrics }) => {
    const value = metrics[metric];
    return { name, naive, value: value !== undefined && Number.isFinite(value) ? value : null };
  });
}
