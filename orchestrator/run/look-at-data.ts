import { requireSeasons } from "../../worker/data/baselines/require-seasons.ts";
import { requireMeaning } from "../../worker/data/metric-meaning.ts";
import { outlineFold, tableOf, type DataSource } from "../../worker/data/prepare.ts";
import { describeData, type DataSummary } from "../../worker/data/summary.ts";
import type { Table } from "../../worker/data/file/table.ts";
import type { DataSettings } from "../../worker/protocol/data-settings.ts";
import type { Domain, Params, Space } from "../../search/space.ts";
import { isActive } from "../../search/space.ts";
import { requireClassWeights } from "./class-weights.ts";
import { settingsFor, type Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";

/**
 * A look at the sweep's data before it begins. Returns sentences on what people may not know of them. Throws `DataError` for
 * data the sweep cannot use, `UserError` for class weights that do not fit them. `described`: what the most demanding
 * configuration makes of the file, where it is known.
 */
export function lookAtData(source: DataSource, sweep: Sweep, described?: DataSummary): readonly string[] {
  const settings = dataSettingsOf(sweep);
  const table = tableOf(source, settings);
  const summary = described ?? describeData(table, settings);
  outlineMiddleFolds(table, settings);
  requireMeaning(table, settings, sweep.metric.name);
  requireClassWeights(sweep, summary);
  requireSeasons(table, settings);
  return summary.warnings;
}

/** Those that `describeData` leaves out. */
function outlineMiddleFolds(table: Table, settings: DataSettings): void {
  for (let fold = 1; fold + 1 < (settings.folds ?? 0); fold++) outlineFold(table, settings, fold);
}

/** The data settings of the most demanding configuration: of each searched range its largest value. */
export function dataSettingsOf(sweep: Sweep): DataSettings {
  const resolved = settingsFor(sweep, largestParams(sweep.space));
  if (!resolved.ok) throw new UserError(resolved.message);
  return resolved.settings.data;
}

/** A configuration of the space with the largest numbers: what needs the most rows and memory. */
export function largestParams(space: Space): Params {
  const params: Record<string, Params[string]> = {};
  for (const parameter of space.parameters) {
    if (isActive(parameter, params)) params[parameter.name] = largest(parameter.domain);
  }
  return params;
}

/** The largest value, where all are numbers, else the first. */
export function largest(domain: Domain): Params[string] {
  switch (domain.kind) {
    case "constant":
      return domain.value;
    case "categorical": {
      const numbers = domain.values.filter((value) => typeof value === "number");
      return numbers.length === domain.values.length ? Math.max(...numbers) : domain.values[0]!;
    }
    case "float":
    case "int":
      return domain.max;
    default:
      return domain satisfies never;
  }
}
