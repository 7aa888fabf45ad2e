/** Turns values into rows of a plot and back; row 0 is the lowest. */
export interface PlotScale {
  readonly log: boolean;
  rowOf(value: number): number;
  valueAt(row: number): number;
}

/** Values that differ more than this many times are drawn on a log scale. */
const logFrom = 30;

/** A scale for these finite values, at least one; `height` rows, at least 2. */
export function plotScale(values: readonly number[], height: number): PlotScale {
  const least = values.reduce((a, b) => Math.min(a, b));
  const greatest = values.reduce((a, b) => Math.max(a, b));
  const log = least > 0 && greatest / least > logFrom;
  const into = log ? Math.log10 : (value: number): number => value;
  const back = log ? (value: number): number => 10 ** value : (value: number): number => value;
  const low = into(least);
  const perRow = (into(greatest) - low) / (height - 1);
  return {
    log,
    rowOf: (value) => (perRow === 0 ? 0 : (into(value) - low) / perRow),
    valueAt: (row) => back(low + row * perRow),
  };
}
