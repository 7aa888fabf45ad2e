import { stretchesIn } from "../../worker/data/baselines/blocks.ts";
import { DataError, listed } from "../../worker/data/errors.ts";
import { requireMeaning } from "../../worker/data/metric-meaning.ts";
import type { Table } from "../../worker/data/file/table.ts";
import { dataSettingsOf } from "../run/look-at-data.ts";
import { enoughToChoose } from "../verdict/next-steps.ts";
import type { DataCheck } from "../views/check/sweep-check.ts";
import type { Sweep } from "../config/sweep.ts";
import type { Proposal } from "./propose.ts";

/** What trials are ranked by, and on how many folds. */
export interface Ranking {
  readonly metric: string;
  readonly folds?: number;
  /** Why there are folds, for a comment. */
  readonly why?: string;
  /** What a person should know of it, in sentences without a full stop. */
  readonly remarks: readonly string[];
}

const mostFolds = 5;

/**
 * The first ranking that has a meaning on the validation samples: where a class is so rare that they have none of it, folds that each
 * have one, and where there are too few even for that the loss, with a word about it. `sweepOf`: the sweep with a ranking.
 */
export async function chooseRanking(
  proposal: Proposal,
  table: Table,
  sweepOf: (ranking: Ranking) => Promise<Sweep>,
): Promise<Ranking> {
  const usual = usualMetric(proposal.task);
  for (const ranking of [{ metric: usual, remarks: [] }, ...foldRankings(proposal, usual)]) {
    const sweep = await sweepOf(ranking);
    if (hasMeaning(table, sweep)) return ranking;
  }
  return { metric: "val_loss", remarks: [tooFewRemark(proposal, usual)] };
}

function usualMetric(task: Proposal["task"]): string {
  if (task === "regression") return "val_mse";
  return task === "binary" ? "val_auc" : "val_accuracy";
}

/** Samples can be dealt out to folds, those of a class alike; a series has its order. */
function foldRankings({ layout }: Proposal, metric: string): readonly Ranking[] {
  if (layout === "series") return [];
  return Array.from({ length: mostFolds - 1 }, (_, i) => {
    const folds = mostFolds - i;
    const remark = `a class is too rare for one part to validate on: \`folds: ${folds}\` validates on each sample once, which trains ${folds} models a trial`;
    return { metric, folds, why: "a class is too rare for one part to validate on", remarks: [remark] };
  });
}

/**
 * The ranking on folds where one validation part has too few samples to choose by, which the verdict would say in the end: as
 * many as the rows allow, five at most. `checked`: what a sweep with a ranking would do, null where it cannot run.
 */
export async function onEnough(
  ranking: Ranking,
  { layout, settings }: Proposal,
  checked: (ranking: Ranking) => Promise<DataCheck | null>,
): Promise<Ranking> {
  const check = await checked(ranking);
  if (ranking.folds !== undefined || check === null) return ranking;
  const samples = check.data.parts.validation.samples.least;
  const series = layout === "series";
  const horizon = typeof settings.horizon === "number" ? settings.horizon : 1;
  const each = samples / Math.max(1, check.data.series);
  const worth = series ? stretchesIn(each, horizon) : samples;
  const isEnough = worth >= enoughToChoose[series ? "series" : "samples"];
  if (isEnough || (series && check.data.series >= enoughToChoose.series)) return ranking;
  for (let folds = mostFolds; folds > 1; folds--) {
    if (series && firstRows(check, folds) < leastRows(check, series)) continue;
    const why = series
      ? `${samples} overlapping windows of one validation part are worth ${worth} independent ${worth === 1 ? "stretch" : "stretches"} of time`
      : `${samples} validation samples are few`;
    const remark = `${why}: \`folds: ${folds}\` ranks by the mean of ${folds} parts, which trains ${folds} models a trial`;
    const tried = { metric: ranking.metric, folds, why, remarks: [...ranking.remarks, remark] };
    const found = await checked(tried);
    if (found !== null && (found.data.folds?.train.least ?? 0) >= leastRows(found, series)) return tried;
  }
  return ranking;
}

/** Training rows of the first fold, as far as that is known without a look at the data: of several series it is not. */
function firstRows({ data }: DataCheck, folds: number): number {
  const { train, validation } = data.parts;
  return data.series > 1 ? Infinity : (train.rows ?? 0) - (folds - 1) * (validation.rows ?? 0);
}

/** Training rows of a series' first fold that teach something: some windows of the longest kind. */
function leastRows({ data }: DataCheck, series: boolean): number {
  return !series ? 1 : 2 * (data.window.most + data.outputs.length);
}

function hasMeaning(table: Table, sweep: Sweep): boolean {
  try {
    requireMeaning(table, dataSettingsOf(sweep), sweep.metric.name);
    return true;
  } catch (error) {
    if (error instanceof DataError) return false;
    throw error;
  }
}

function tooFewRemark({ settings, layout }: Proposal, usual: string): string {
  const more =
    layout === "series"
      ? "change `split`, or give more rows"
      : "give more samples of the rare class, before a score of this sweep is trusted";
  return `the rows to validate on have one class of ${listed(targetsOf(settings))} only, so ${usual} has no meaning there and trials are ranked by val_loss: ${more}`;
}

function targetsOf({ targets }: Proposal["settings"]): string[] {
  return Array.isArray(targets) ? targets.map(String) : [];
}
