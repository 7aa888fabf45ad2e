import type { Study, StudyStore } from "../../storage/store.ts";
import type { Sweep } from "../config/sweep.ts";
import { unitOf } from "../lr-range/metric.ts";
import { studyVerdict } from "../verdict/study-verdict.ts";
import type { StudyVerdict } from "../verdict/verdict.ts";
import { bestTrial } from "../views/best-trial.ts";
import { evaluateTrials, type EvaluateTrialsOptions } from "./evaluate-trials.ts";

/** What became of comparing a study's best model with the baselines when it ended. */
export type Judging =
  | { readonly kind: "judged"; readonly verdict: StudyVerdict }
  /** No model, or nothing to compare it with. */
  | { readonly kind: "nothing" }
  /** `reason`: a sentence. */
  | { readonly kind: "failed"; readonly trial: number; readonly reason: string };

/**
 * Compares the best trial's model with the baselines on the validation rows, sample by sample, and records it. Never throws:
 * a study that has ended well is not spoilt by this.
 */
export async function judgeBest(
  store: StudyStore,
  study: Study,
  sweep: Sweep,
  options: EvaluateTrialsOptions,
): Promise<Judging> {
  const best = unitOf(study.metric) === "step" ? null : bestTrial(store, study);
  if (best === null || best.model === null) return { kind: "nothing" };
  try {
    const rows = await evaluateTrials(study, sweep, [{ trial: best, split: "validation" }], options);
    for (const row of rows) store.saveEvaluation(study.id, row);
    const verdict = studyVerdict(store, study, best);
    return verdict === null ? { kind: "nothing" } : { kind: "judged", verdict };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "failed", trial: best.number, reason };
  }
}
