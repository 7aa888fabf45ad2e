import type { Metrics } from "../data/outputs/metric.ts";
import type { SequenceSet } from "../data/outputs/sequences.ts";
import type { PreparedData } from "../data/prepared.ts";
import type { EpochResult, LiveModel } from "../engines/engine.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import { validationMetrics } from "./validation-metrics.ts";

/** One fold after an epoch. */
export interface FoldEpoch {
  readonly result: EpochResult;
  readonly live: LiveModel;
  readonly metrics: Metrics;
}

/** Scores the model on the fold's validation samples, of which `scored` is what networks see; tells its schedule the loss. */
export async function scoreEpoch(
  model: ModelSettings,
  fold: PreparedData,
  scored: SequenceSet,
  result: EpochResult,
  live: LiveModel,
  signal: AbortSignal,
): Promise<FoldEpoch> {
  const said = await live.predict(scored, signal);
  const found = validationMetrics(model, fold, scored, said);
  live.watch(found.val_loss);
  const metrics = { train_loss: result.trainLoss, ...found, ...result.extras };
  return { result, live, metrics };
}
