import type { DataSettings } from "../../protocol/data-settings.ts";
import { DataError } from "../errors.ts";
import type { Fitted, FittedBaseline } from "./fitted.ts";
import { fitEts } from "./ets.ts";
import { fitInputLinear, lagsOf } from "./input-linear.ts";
import { fitOwnLinear } from "./own-linear.ts";
import { meanChanges } from "./past-forecasts.ts";
import { findSeason, type Seasonal } from "./seasons.ts";
import { numericColumns } from "../split/feature-columns.ts";
import type { Fold } from "../split/retraining.ts";
import type { SplitBlock } from "../split/series-split.ts";
import { length, type RowRange } from "../split/split.ts";
import type { Table } from "../file/table.ts";
import type { NumberOutputs, TargetSeries } from "../outputs/number-outputs.ts";
import { baselineWindow, leastBefore, rowsBefore, type LaterPart } from "../outputs/scored-rows.ts";
import type { PreparedData } from "../prepared.ts";
import { prepareSeries } from "../series.ts";

/** The linear method, which takes most of the time, or all others. */
export type NumberMethods = "linear" | "others";

export interface NumberFit {
  readonly found: readonly FittedBaseline[];
  /** All inputs as the linear method sees them; absent where it looks at the targets' past only. */
  readonly inputs?: PreparedData;
}

export interface NumberQuestion {
  readonly table: Table;
  readonly settings: DataSettings;
  readonly outputs: NumberOutputs;
  readonly split: readonly SplitBlock[];
  /** Training rows of the first fold: a season is found in them for all folds. */
  readonly first: readonly RowRange[];
  readonly part: LaterPart;
  /** The samples to predict, by their first rows. */
  readonly rows: Int32Array;
  readonly fold?: Fold | undefined;
  /** What was fitted before on the same rows. */
  readonly known?: readonly FittedBaseline[] | undefined;
  /** Default: all. */
  readonly methods?: NumberMethods | undefined;
}

/** Fits what simple methods need to forecast a part, on the training rows. */
export function fitNumberBaselines(question: NumberQuestion): NumberFit {
  const again = fittedAgain(question);
  if (again !== undefined) return again;
  const { split, methods } = question;
  const train = split.map((series) => series.train);
  const others = methods === "linear" ? [] : fitOthers(question, train);
  const { linear, inputs }: LinearFit = methods === "others" ? {} : fitLinear(question, train);
  const found: FittedBaseline[] = [
    ...others,
    ...(linear === undefined ? [] : [{ name: "linear", naive: false, fitted: linear }]),
  ];
  return inputs === undefined ? { found } : { found, inputs };
}

function fitOthers(question: NumberQuestion, train: readonly RowRange[]): readonly FittedBaseline[] {
  const { settings, outputs, split, part, first } = question;
  const { horizon } = settings;
  const before = rowsBefore(part, split, settings);
  const season = settings.season ?? findSeason(outputs.targets.map(seasonalOf), first, horizon, before);
  const ets = outputs.targets.map((target) =>
    fitEts(target, train, horizon, { season, targets: outputs.targets.length }),
  );
  return [
    { name: "repeat last", naive: true, fitted: { method: "repeat last" } },
    ...(season === undefined ? [] : [seasonal(season, settings)]),
    {
      name: "drift",
      naive: false,
      fitted: { method: "drift", season: season ?? 1, change: meanChanges(outputs, train, season ?? 1) },
    },
    { name: "ets", naive: false, fitted: { method: "ets", targets: ets } },
  ];
}

/** What is known already, with the inputs it looks at. Undefined where it is not known, or these cannot be had. */
function fittedAgain(question: NumberQuestion): NumberFit | undefined {
  const { known, split, part, settings } = question;
  if (known === undefined) return undefined;
  const looks = known.some(
    ({ fitted }) => fitted.method === "linear" && fitted.chosen.some((choice) => choice !== "own"),
  );
  if (!looks) return { found: known };
  const inputs = allInputs(question, baselineWindow(part, split, settings));
  return inputs === undefined ? undefined : { found: known, inputs };
}

function seasonalOf({ raw, fitted }: TargetSeries): Seasonal {
  return { raw, scale: fitted.metric.scale || 1 };
}

/** A season that was found is named. */
function seasonal(season: number, settings: DataSettings): FittedBaseline {
  const name = settings.season === undefined ? `season ago (${season})` : "season ago";
  return { name, naive: true, fitted: { method: "season ago", season } };
}

type Linear = Extract<Fitted, { method: "linear" }>;

interface LinearFit {
  readonly linear?: Linear;
  readonly inputs?: PreparedData;
}

/**
 * Ridge regression of each target's next values, relative to the newest, on its own last ones, or on the newest values of all
 * inputs of a trial where that errs less on the last fifth of the training windows. Nothing here depends on a trial's window:
 * it looks at up to 336 rows, or as many as lie before the rows to be predicted and fit three times into the training rows.
 * Undefined when too few rows are there.
 */
function fitLinear(question: NumberQuestion, train: readonly RowRange[]): LinearFit {
  const { outputs, split, part, settings } = question;
  const { horizon } = settings;
  const window = baselineWindow(part, split, settings);
  if (window < 2) return {};
  const inputs = allInputs(question, window);
  const own = outputs.targets.map((target) => fitOwnLinear(target, train, window, horizon));
  const joint =
    inputs === undefined || inputs.pipeline.features.length === 1
      ? [] // the target alone, which `own` knows
      : fitInputLinear(
          inputs.train,
          inputs.pipeline.features,
          lagsOf(inputs.pipeline.features, settings.targets, inputs.pipeline.window),
          outputs.targets.length,
        );
  const chosen = own.map(({ share }, j): number | "own" => {
    const shares = joint.map(({ shares }) => shares[j]!);
    const best = shares.indexOf(Math.min(...shares));
    return best >= 0 && shares[best]! < share ? best : "own";
  });
  const taken = [...new Set(chosen)].filter((choice) => choice !== "own");
  const linear: Linear = {
    method: "linear",
    own: own.map(({ fit }, j) => (chosen[j] === "own" ? fit : null)),
    joint: taken.map((choice) => joint[choice]!.fit()),
    chosen: chosen.map((choice) => (choice === "own" ? choice : taken.indexOf(choice))),
  };
  return inputs === undefined ? { linear } : { linear, inputs };
}

/** Training windows, about, that the fit over all inputs looks at. */
const enoughWindows = 8000;
/** Strides that share no factor with a day's or a week's rows. */
const strides = [1, 11, 13, 17, 19, 23, 31, 41, 53, 67, 83, 101, 131, 167, 211, 263, 331, 419, 521];

/** Undefined where windows of this length cannot be had of all samples, though those of trials may. */
function allInputs(
  { table, settings, split, part, rows, fold }: NumberQuestion,
  window: number,
): PreparedData | undefined {
  const trained = split.reduce((sum, { train }) => sum + length(train), 0);
  const stride = strides.find((count) => trained / count <= enoughWindows) ?? strides.at(-1)!;
  const named = numericColumns(table, settings).map(({ name }) => name);
  const wanted: DataSettings = {
    ...settings,
    features: [...new Set([...named, ...settings.targets])],
    window: Math.min(window, 120),
    rows_before: leastBefore(settings),
    stride,
    inputs: "value",
    normalise: "standard",
    predict: "change",
    difference: 0,
  };
  try {
    const data = prepareSeries(table, wanted, { test: part === "test" }, fold);
    return sameRows(data.rows(part), rows) ? data : undefined;
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

function sameRows(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i]);
}
