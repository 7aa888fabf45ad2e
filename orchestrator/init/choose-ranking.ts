import { DataError, listed } from "../../worker/data/errors.ts";
import { requireMeaning } from "../../worker/data/metric-meaning.ts";
import type { Table } from "../../worker/data/file/table.ts";
import { dataSettingsOf } from "../run/look-at-data.ts";
import type { Sweep } from "../config/sweep.ts";
import type { Proposal } from "./propose.ts";

/** What trials are ranked by, and on how many folds. */
export interface Ranking {
  readonly metric: string;
  readonly folds?: number;
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
    return { metric, folds, remarks: [remark] };
  });
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
