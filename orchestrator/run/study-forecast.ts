import type { Study, StudyStore, Trial } from "../../storage/store.ts";
import { fileBlobs } from "../../worker/protocol/local/file-blobs.ts";
import { parseStoredSweep } from "../config/sweep.ts";
import { unitOf } from "../lr-range/metric.ts";
import { recordedDetail } from "../views/plot-study/detail.ts";
import type { PlotForecast } from "../views/plots/kinds/forecast.ts";
import { bestTrial } from "../views/best-trial.ts";
import { blobFolderOf } from "./blob-folder.ts";
import { evaluateTrials } from "./evaluate-trials.ts";

export interface ForecastOptions {
  readonly db: string;
  /** Default: the best trial. */
  readonly trial?: Trial;
  /** Default: the sweep's. */
  readonly engine?: string;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * What a trial's model predicts on the validation samples: as recorded when the study ended, else from a worker process now.
 * Never throws: the reason is said where there is nothing to show.
 */
export async function studyForecast(
  store: StudyStore,
  study: Study,
  options: ForecastOptions,
): Promise<PlotForecast> {
  const unknown = (reason: string): PlotForecast => ({ kind: "unknown", reason });
  if (unitOf(study.metric) === "step")
    return unknown(`${study.name} is made of range tests, which keep no model.`);
  const trial = options.trial ?? bestTrial(store, study);
  if (trial === null) return unknown(`No trial of ${study.name} has a value yet, so no model can forecast.`);
  const { number, model } = trial;
  const recorded = recordedDetail(store, study, number);
  if (recorded !== null) return { kind: "known", trial: number, detail: recorded };
  if (model === null)
    return unknown(`Trial ${number} of ${study.name} kept no model, so it cannot forecast.`);
  if (!(await fileBlobs(blobFolderOf(options.db)).has(model)))
    return unknown(
      `The model of trial ${number} of ${study.name} is not in ${blobFolderOf(options.db)}, so it cannot forecast here.`,
    );
  const stored = parseStoredSweep(study.config);
  if (!stored.ok)
    return unknown(
      `Trial ${number} of ${study.name} cannot forecast: its study has no sweep that can be read.`,
    );
  try {
    const engine = options.engine ?? stored.sweep.workers.engine;
    const [row] = await evaluateTrials(study, stored.sweep, [{ trial, split: "validation" }], {
      ...options,
      engine,
    });
    const detail = row?.detail ?? null;
    if (detail !== null) return { kind: "known", trial: number, detail };
    return unknown(`The worker that evaluated trial ${number} of ${study.name} sent no forecast.`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return unknown(`Trial ${number} of ${study.name} cannot forecast: ${reason}.`);
  }
}
