import type { DataSettings } from "../../protocol/data-settings.ts";
import { DataError } from "../errors.ts";
import type { Table } from "../file/table.ts";
import { ClassOutputs } from "../outputs/class-outputs.ts";
import type { ScoredSplit } from "../outputs/metrics.ts";
import type { Outputs } from "../outputs/outputs.ts";
import { baselineWindow, leastBefore } from "../outputs/scored-rows.ts";
import { usedRows } from "../outputs/windows.ts";
import type { PreparedData } from "../prepared.ts";
import { prepareSeries, type FittedSeries } from "../series.ts";
import type { Fold } from "../split/retraining.ts";
import { classShares } from "./class-baselines.ts";
import type { FittedBaseline } from "./fitted.ts";
import type { NumberQuestion } from "./number-baselines.ts";
import { fitPooledLinear } from "./pooled-linear.ts";

interface Fits {
  readonly found: readonly FittedBaseline[];
  readonly inputs?: PreparedData;
}

/** Fits what simple methods need to name the classes of a series, on the training rows. */
export function fitClassBaselines(
  outputs: Outputs,
  { split, settings }: FittedSeries,
  part: ScoredSplit,
  table: Table,
  { fold, known }: Pick<NumberQuestion, "fold" | "known">,
): Fits {
  if (!(outputs instanceof ClassOutputs)) return { found: [] };
  const { season } = settings;
  const trained = Int32Array.from(
    split.flatMap((series) => {
      const { start, end } = usedRows(series, settings);
      return Array.from({ length: end - start }, (_, i) => start + i).filter((row) => outputs.observed(row));
    }),
  );
  const window = Math.min(64, baselineWindow(part, split, settings));
  const inputs = classInputs(
    table,
    { ...settings, window, rows_before: leastBefore(settings), stride: 1 },
    part,
    fold,
  );
  if (known !== undefined) return { found: known, ...(inputs && { inputs }) };
  const shares = classShares(outputs, trained);
  const found: FittedBaseline[] = [
    { name: "majority class", naive: true, fitted: { method: "constant", outputs: shares } },
    { name: "repeat last", naive: true, fitted: { method: "repeat last" } },
    ...(season === undefined
      ? []
      : [{ name: "season ago", naive: true, fitted: { method: "season ago", season } } as const]),
  ];
  if (inputs === undefined) return { found };
  const linear = fitPooledLinear(inputs.train, [inputs[part]!], (_, place) => place >= 0.8);
  return { found: [...found, { name: "linear", naive: false, fitted: linear }], inputs };
}

/** Undefined where windows of this length cannot be had, though those of trials may. */
function classInputs(
  table: Table,
  settings: DataSettings,
  part: ScoredSplit,
  fold: Fold | undefined,
): PreparedData | undefined {
  if (settings.window < 1) return undefined;
  try {
    return prepareSeries(table, settings, { test: part === "test" }, fold);
  } catch (error) {
    if (error instanceof DataError && error.setting === "window") return undefined;
    throw error;
  }
}
