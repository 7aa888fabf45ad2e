import { bestPossible } from "../../config/metrics.ts";
import { availableParallelism } from "node:os";
import { domainSize, spaceSize } from "../../../search/domain.ts";
import { bayesModel } from "../../../search/samplers/bayes.ts";
import type { StudyBaseline } from "../../../storage/store.ts";
import type { Table } from "../../../worker/data/file/table.ts";
import { tableOf, type DataSource } from "../../../worker/data/prepare.ts";
import { overfittingBound, sizingAdvice } from "../../../worker/protocol/sizing.ts";
import { unitOf } from "../../lr-range/metric.ts";
import type { BaselineQuestion } from "../../run/baselines/sweep-baselines.ts";
import { dataSettingsOf, lookAtData } from "../../run/look-at-data.ts";
import { settleAuto } from "../../run/settle-auto.ts";
import type { Sweep } from "../../config/sweep.ts";
import { bestNaive, skill } from "../skill.ts";
import { dataCases, mostFeatures, spanOf, type DataCase } from "./data-check.ts";
import { largestModel } from "./largest-model.ts";
import { mergedWarnings } from "./merged-warnings.ts";
import { narrowForGpu } from "./gpu-width.ts";
import type { DataCheck, SweepCheck } from "./sweep-check.ts";
import { timeEstimate } from "./workload.ts";

/** A sweep with its data, which have settled what it left open. */
export interface SettledSweep {
  readonly sweep: Sweep;
  readonly table: Table;
  /** What was settled and why; `null` where nothing was open. */
  readonly notice: string | null;
  readonly baselines: BaselineQuestion;
}

/** Throws `DataError`. */
export function settleSweep(given: Sweep, source: DataSource): SettledSweep {
  const table = tableOf(source, dataSettingsOf(given));
  const { sweep, notice } = settleAuto(given, table);
  const baselines = { source: table, settings: dataSettingsOf(sweep), metric: sweep.metric.name };
  return { sweep, table, notice, baselines };
}

/**
 * What the sweep would do with its data, without training. Throws `DataError` or `UserError` for data that it,
 * or one of its configurations, cannot use.
 */
export function checkSweep(
  { sweep, table, notice }: SettledSweep,
  processors: number = availableParallelism(),
): DataCheck {
  const cases = dataCases(table, sweep);
  const { summary } = cases[0];
  const inputs = mostFeatures(cases).length;
  const outputs = summary.outputs.length;
  const samples = spanOf(cases, ({ parts }) => parts.train.samples).most;
  const model = largestModel(sweep, cases);
  const bound = overfittingBound(samples, inputs, outputs);
  const size = spaceSize(sweep.space);
  const trials = Math.min(sweep.budget.trials ?? Infinity, size);
  lookAtData(table, sweep, summary);
  return {
    name: sweep.name,
    file: sweep.file,
    metric: sweep.metric.name,
    goal: sweep.metric.goal,
    data: dataSection(sweep, cases),
    search: searchSection(sweep, size),
    largestModel: model,
    dataBytes: 4 * (summary.rows * inputs + samples * outputs),
    hidden: { advice: sizingAdvice(inputs, outputs), bound },
    time: Number.isFinite(trials) ? timeEstimate(sweep, trials, cases, processors) : null,
    warnings: [
      ...(notice === null ? [] : [notice]),
      ...mergedWarnings(cases.map((each) => each.summary.warnings)),
      ...narrowForGpu(sweep, trials, processors),
      ...(usesDropout(sweep) ? [] : sizeWarnings(Math.max(0, ...model.hidden), bound.loose, samples)),
    ],
  };
}

function dataSection(sweep: Sweep, cases: readonly [DataCase, ...DataCase[]]): SweepCheck["data"] {
  const { summary } = cases[0];
  const { time, steps, folds } = summary;
  const part = (name: keyof typeof summary.parts): SweepCheck["data"]["parts"]["train"] => ({
    ...summary.parts[name],
    samples: spanOf(cases, ({ parts }) => parts[name].samples),
  });
  return {
    file: sweep.data.file,
    rows: summary.rows,
    series: summary.series,
    time: time === undefined ? null : { ...time, step: time.step ?? null },
    features: mostFeatures(cases),
    outputs: summary.outputs,
    classes: summary.classes,
    window: spanOf(cases, ({ window }) => window),
    steps: steps ?? null,
    folds:
      folds === undefined ? null : { count: folds.count, train: { least: folds.least, most: folds.most } },
    parts: { train: part("train"), validation: part("validation"), test: part("test") },
  };
}

/** The check with the baselines, and their skill beside the best naive one. */
export function withBaselines(check: DataCheck, baselines: readonly StudyBaseline[]): SweepCheck {
  const { metric: name, goal } = check;
  const naive = bestNaive(baselines, goal)?.value ?? null;
  const best = bestPossible(name, goal);
  const found = baselines.map((one) => ({ ...one, skill: skill(one.value, naive, best) }));
  return { ...check, baselines: found };
}

export function searchSection(
  { method, metric, space, budget, workers, earlyTerminate, repeats }: Sweep,
  size: number,
): SweepCheck["search"] {
  return {
    method: method.name,
    model: method.name === "bayes" ? modelOf(space, budget.trials) : null,
    parameters: space.parameters.filter(({ domain }) => domainSize(domain) > 1).length,
    size: Number.isFinite(size) ? size : null,
    trials: budget.trials ?? null,
    unit: unitOf(metric.name),
    epochs: budget.epochs,
    repeats: repeats === undefined ? null : { ...repeats, top: Math.min(repeats.top, budget.trials ?? size) },
    wallTimeMs: budget.wallTimeMs ?? null,
    target: budget.target ?? null,
    pruners: earlyTerminate,
    workers: workers.count,
    engine: workers.engine,
  };
}

function modelOf(space: Sweep["space"], trials: number | undefined): SweepCheck["search"]["model"] {
  const { model, reason } = bayesModel(space, trials);
  return { name: model, reason };
}

/** Dropout is what the warning of too many units advises. */
function usesDropout({ space }: Sweep): boolean {
  return space.parameters.some(
    ({ name, domain }) => name === "dropout" && !(domain.kind === "constant" && domain.value === 0),
  );
}

function sizeWarnings(units: number, bound: number, samples: number): string[] {
  if (units <= bound) return [];
  return [
    `${units} hidden units can learn ${samples} training samples by heart (rule of thumb: at most ${bound}): watch the gap between training and validation loss, or use dropout`,
  ];
}
