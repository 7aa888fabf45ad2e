import { DataError } from "../../../worker/data/errors.ts";
import type { Table } from "../../../worker/data/file/table.ts";
import { describeData, type DataSummary } from "../../../worker/data/summary.ts";
import { searchableSettings } from "../../../worker/protocol/settings.ts";
import { modelSettingsSchema } from "../../../worker/protocol/model-settings.ts";
import { sameValue, type Params } from "../../../search/space.ts";
import { settingsFor, type Sweep } from "../../config/sweep.ts";
import { UserError } from "../../errors.ts";
import { paramLine } from "../params.ts";
import { samplesOf } from "./corners.ts";

/** From the least to the most over the configurations that are searched. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** What one choice of the searched data settings makes of the file. */
export interface DataCase {
  readonly params: Params;
  readonly stride: number;
  readonly summary: DataSummary;
}

/**
 * The data as the sweep's configurations see it: the largest choice of the searched data settings first. Throws
 * `DataError`, or `UserError` where only some configurations cannot use the data.
 */
export function dataCases(table: Table, sweep: Sweep): readonly [DataCase, ...DataCase[]] {
  const [largest, ...others] = samplesOf(sweep.space, isDataSetting);
  return [dataCase(table, sweep, largest ?? {}), ...others.map((params) => dataCase(table, sweep, params))];
}

function isDataSetting(name: string): boolean {
  return searchableSettings.includes(name) && !Object.hasOwn(modelSettingsSchema.shape, name);
}

function dataCase(table: Table, sweep: Sweep, params: Params): DataCase {
  try {
    return described(table, sweep, params);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const guilty = Object.entries(params).filter(
      ([name]) => isDataSetting(name) && matters(table, sweep, params, name, error.message),
    );
    if (guilty.length === 0) throw error;
    const where = paramLine(Object.fromEntries(guilty));
    throw new UserError(`${error.message} (in the configurations with ${where})`, { cause: error });
  }
}

function described(table: Table, sweep: Sweep, params: Params): DataCase {
  const resolved = settingsFor(sweep, params);
  if (!resolved.ok) throw new UserError(resolved.message);
  const { data } = resolved.settings;
  return { params, stride: data.stride, summary: describeData(table, data) };
}

/** Whether another value of this parameter changes what is wrong with the data. */
function matters(table: Table, sweep: Sweep, params: Params, name: string, problem: string): boolean {
  const others = samplesOf(sweep.space, isDataSetting).flatMap((one) => one[name] ?? []);
  return others
    .filter((value) => !sameValue(value, params[name]!))
    .some((value) => {
      try {
        described(table, sweep, { ...params, [name]: value });
        return true;
      } catch (error) {
        return !(error instanceof Error) || error.message !== problem;
      }
    });
}

/** The inputs of the choice that has the most. */
export function mostFeatures(cases: readonly [DataCase, ...DataCase[]]): readonly string[] {
  const lists = cases.map(({ summary }) => summary.features);
  return lists.reduce((most, features) => (features.length > most.length ? features : most));
}

export function spanOf(cases: readonly DataCase[], read: (summary: DataSummary) => number): Span {
  const values = cases.map(({ summary }) => read(summary));
  return { least: Math.min(...values), most: Math.max(...values) };
}
