import { openStore } from "../../storage/sqlite/open.ts";
import type { Study } from "../../storage/store.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { retrainedVerdict, type RetrainedVerdict } from "../verdict/retrained-verdict.ts";
import { findFinalists, sweepToEvaluate, takeTables, type EvaluateOptions } from "./evaluate-study.ts";
import { requireStudy } from "./require-study.ts";
import { retrainTrial, type RetrainedTrial, type RetrainOptions } from "./retrain-trial.ts";

export interface BacktestOptions extends Pick<EvaluateOptions, "db" | "engine" | "csv" | "signal" | "clock"> {
  readonly parts: number;
  readonly onPart?: RetrainOptions["onPart"];
}

export interface Backtest {
  readonly study: Study;
  readonly retrained: RetrainedTrial;
  /** Over all parts; `null` where there was nothing to compare with. */
  readonly verdict: RetrainedVerdict | null;
  readonly csv: string | null;
}

/**
 * Rolls over the test rows: the best trial's configuration is trained before each part of them on everything earlier, and so
 * are the baselines. Nothing of it is recorded. Throws `UserError`, `DataError`.
 */
export async function backtestStudy(name: string | null, options: BacktestOptions): Promise<Backtest> {
  const store = openStore(options.db, { readonly: true });
  try {
    const study = requireStudy(store, name, options.db);
    const sweep = sweepToEvaluate(study);
    const [best] = findFinalists(store, study, 1);
    const { parts, onPart, csv = false } = options;
    const retrained = await retrainTrial(store, study, sweep, best!, {
      db: options.db,
      engine: options.engine ?? sweep.workers.engine,
      signal: options.signal ?? new AbortController().signal,
      at: (options.clock ?? systemClock).now(),
      parts,
      ...(onPart && { onPart }),
      ...(csv && { table: { header: true } }),
    });
    return {
      study,
      retrained,
      verdict: retrainedVerdict(retrained.evaluation),
      csv: csv ? await takeTables(options.db, retrained.tables) : null,
    };
  } finally {
    store.close();
  }
}
