import type { NumberOutputs } from "../outputs/number-outputs.ts";
import type { RowRange } from "../split/split.ts";

/** Share of the values of the samples `rows` that lie below or above all values of the training rows of every series. */
export function shareOutside(
  { targets }: Pick<NumberOutputs, "targets">,
  train: readonly RowRange[],
  rows: Int32Array,
  horizon: number,
): number {
  const shares = targets.map(({ raw }) => {
    let low = Infinity;
    let high = -Infinity;
    for (const { start, end } of train) {
      for (let row = start; row < end; row++) {
        const value = raw[row]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    let outside = 0;
    for (const first of rows) {
      for (let row = first; row < first + horizon; row++) {
        if (raw[row]! < low || raw[row]! > high) outside++;
      }
    }
    return outside / (rows.length * horizon);
  });
  return Math.max(...shares);
}
