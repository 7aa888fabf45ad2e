import type { DataSettings } from "../protocol/data-settings.ts";
import { ClassOutputs } from "./outputs/class-outputs.ts";
import { DataError, listed } from "./errors.ts";
import type { MetricNeed } from "./outputs/metric.ts";
import { metricInfos, metricName } from "./outputs/metrics.ts";
import { NumberOutputs } from "./outputs/number-outputs.ts";
import type { Outputs } from "./outputs/outputs.ts";
import { fitSamples } from "./samples.ts";
import { scoredRows } from "./outputs/scored-rows.ts";
import { fitSeries } from "./series.ts";
import type { Table } from "./file/table.ts";

/**
 * Refuses to rank by a metric that no model can have on the validation part, of any fold: `val_auc` where only one
 * class occurs, `val_r2` where the target never changes.
 */
export function requireMeaning(table: Table, settings: DataSettings, metric: string): void {
  const ranked = metricInfos(settings.task).find(({ name }) => metricName("validation", name) === metric);
  const needs = ranked?.needs;
  if (needs === undefined) return;
  const { folds } = settings;
  for (let fold = 0; fold < (folds ?? 1); fold++) {
    const { outputs, rows } = validationTruth(table, settings, fold);
    const found = lacks[needs](outputs, rows);
    if (found === undefined) continue;
    const where = folds === undefined ? "" : ` of fold ${fold + 1} of \`folds: ${folds}\``;
    const usual = metricName("validation", metricInfos(settings.task)[0]!.name);
    throw new DataError(
      `in the validation part${where} ${found.sentence}, so ${metric} has no meaning there: change \`split\`, or rank by another metric, such as ${usual}`,
      { column: found.column, setting: "split" },
    );
  }
}

/** What is predicted in the validation part, and the rows by which `outputs` knows it. */
function validationTruth(
  table: Table,
  settings: DataSettings,
  fold: number,
): { readonly outputs: Outputs; readonly rows: Int32Array } {
  if (settings.layout === "series") {
    const { split, outputs } = fitSeries(table, settings, fold);
    return { outputs, rows: scoredRows("validation", split, outputs, settings) };
  }
  const { parts, outputs } = fitSamples(table, settings, fold);
  return { outputs, rows: parts.validation };
}

interface Found {
  readonly column: string;
  readonly sentence: string;
}

/** What the truth lacks that a metric needs; `undefined` when nothing. */
const lacks: Readonly<Record<MetricNeed, (outputs: Outputs, rows: Int32Array) => Found | undefined>> = {
  classes: onlyClass,
  spread: constantTarget,
  order: noNaiveError,
};

/** The first column, where every column has one class only: AUC is a mean over those that have several. */
function onlyClass(outputs: Outputs, rows: Int32Array): Found | undefined {
  if (!(outputs instanceof ClassOutputs)) return undefined;
  const { labels } = outputs;
  if (!labels.every(({ codes }) => rows.every((row) => codes[row] === codes[rows[0]!]))) return undefined;
  const { column, names, codes } = labels[0]!;
  const columns = labels.length === 1 ? "column" : "each of the columns";
  const which = labels.length === 1 ? ` (${listed([names[codes[rows[0]!]!]!])})` : "";
  return {
    column,
    sentence: `${columns} ${listed(labels.map((one) => one.column))} has one class only${which}`,
  };
}

function constantTarget(outputs: Outputs, rows: Int32Array): Found | undefined {
  if (!(outputs instanceof NumberOutputs)) return undefined;
  const { targets, horizon } = outputs;
  const constant = targets.find(({ raw }) =>
    rows.every((row) => raw.subarray(row, row + horizon).every((value) => value === raw[rows[0]!])),
  );
  if (constant === undefined) return undefined;
  const { column } = constant.fitted;
  return { column, sentence: `column ${listed([column])} never changes` };
}

function noNaiveError(outputs: Outputs): Found | undefined {
  if (!(outputs instanceof NumberOutputs)) return undefined;
  const without = outputs.targets.find(({ naive }) => naive === null || !(naive > 0));
  if (without === undefined) return undefined;
  const { column } = without.fitted;
  const why =
    without.naive === null
      ? `the samples have no order in time to forecast column ${listed([column])} naively from`
      : `the naive forecast of column ${listed([column])} makes no error in the training rows`;
  return { column, sentence: why };
}
