/** Values, at least, for the statistic to mean something. */
const fewestValues = 30;

/**
 * Statistic of the augmented Dickey–Fuller test with a constant: how many standard errors the
 * regression of a step on the level before it lies below zero, beside the ⌊12 (n / 100)^¼⌋ steps before that. A series that
 * returns to a level has a clearly negative one, a random walk about −1.5. `null` below 30 values of `y`, and where
 * they do not vary enough for a regression.
 *
 * Dickey and Fuller 1979, Journal of the American Statistical Association 74; Said and Dickey 1984, Biometrika 71; number of steps: Schwert
 * 1989, Journal of Business & Economic Statistics 7, section 2.
 */
export function dickeyFuller(y: Float64Array): number | null {
  if (y.length < fewestValues) return null;
  const lags = Math.floor(12 * (y.length / 100) ** 0.25);
  const rows = y.length - 1 - lags;
  const steps = y.subarray(1).map((value, t) => value - y[t]!);
  const before = Array.from({ length: lags }, (_, lag) =>
    steps.subarray(lags - 1 - lag, lags - 1 - lag + rows),
  );
  const columns = [...before, y.subarray(lags, lags + rows), steps.subarray(lags)].map(centred);
  const factor = choleskyRows(columns.map((a) => columns.map((b) => product(a, b))));
  if (factor === null) return null;
  // The level is the last regressor and the step the row below it: the factor holds its coefficient and what is left of the step.
  const [along, rest] = factor.at(-1)!.slice(-2);
  return (along! * Math.sqrt(rows - columns.length)) / rest!;
}

/**
 * Mean statistic of several series above which a walk cannot be ruled out (5 %): −2.86 for one, closer to the mean of walks, −1.53, the more
 * there are (Im, Pesaran and Shin 2003, Journal of Econometrics 115, section 3).
 */
export function walkBound(series: number): number {
  return -1.53 - 1.33 / Math.sqrt(series);
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Rows of the lower factor L of a symmetric matrix, A = L Lᵀ; `null` where it is singular to within rounding. */
function choleskyRows(a: readonly (readonly number[])[]): number[][] | null {
  const rows: number[][] = [];
  for (const [i, of] of a.entries()) {
    const row: number[] = [];
    for (let j = 0; j < i; j++) {
      const above = rows[j]!;
      const known = row.reduce((sum, value, k) => sum + value * above[k]!, 0);
      row.push((of[j]! - known) / above[j]!);
    }
    const pivot = of[i]! - row.reduce((sum, value) => sum + value * value, 0);
    if (!(pivot > 1e-12 * of[i]!)) return null;
    rows.push([...row, Math.sqrt(pivot)]);
  }
  return rows;
}
