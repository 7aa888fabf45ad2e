import { mean, momentsOf } from "./drift.ts";
import type { TrainingValues } from "./training-values.ts";
import { dickeyFuller, walkBound } from "./unit-root.ts";

/** What speaks for and against a target being a random walk, which may well stay within its range over the training rows. */
export interface Walk {
  readonly column: string;
  /** Of the Dickey–Fuller test; of several series the mean. */
  readonly statistic: number;
  /** Above it a random walk cannot be ruled out (5 %). */
  readonly bound: number;
  /** Mean squared error of repeating the last value over the horizon, as a share of the variance; about 2 for noise. */
  readonly repeated: number;
}

/** Values of a series that are looked at, the latest: enough to tell a walk from a level that is slow to return. */
const mostValues = 4000;

/** `horizon` in rows. `null` where every series is too short or constant. */
export function walkOf({ column, series }: TrainingValues, horizon: number): Walk | null {
  const found = series.flatMap((all) => {
    const known = all.filter((value) => !Number.isNaN(value));
    const values = known.subarray(Math.max(0, known.length - mostValues));
    const statistic = dickeyFuller(values);
    const repeated = repeatedShare(values, horizon);
    return statistic === null || repeated === null ? [] : [{ statistic, repeated }];
  });
  if (found.length === 0) return null;
  return {
    column,
    statistic: mean(found.map(({ statistic }) => statistic)),
    bound: walkBound(found.length),
    repeated: mean(found.map(({ repeated }) => repeated)),
  };
}

function repeatedShare(values: Float64Array, horizon: number): number | null {
  if (values.length <= horizon) return null;
  let squares = 0;
  let count = 0;
  for (let ahead = 1; ahead <= horizon; ahead++) {
    for (let t = ahead; t < values.length; t++) squares += (values[t]! - values[t - ahead]!) ** 2;
    count += values.length - ahead;
  }
  return squares / count / momentsOf(values).variance;
}
