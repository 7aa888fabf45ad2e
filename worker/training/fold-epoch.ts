import type { Metrics } from "../data/outputs/metric.ts";
import type { PreparedData } from "../data/prepared.ts";
import type { EpochResult, LiveModel } from "../engines/engine.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import { predictionLoss } from "./validation-loss.ts";

/** One fold after an epoch. */
export interface FoldEpoch {
  readonly result: EpochResult;
  readonly live: LiveModel;
  readonly metrics: Metrics;
}

/** Scores the model on the fold's validation samples, and tells its schedule the loss. */
export async function scoreEpoch(
  model: ModelSettings,
  fold: PreparedData,
  result: EpochResult,
  live: LiveModel,
  signal: AbortSignal,
): Promise<FoldEpoch> {
  const predictions = await live.predict(fold.validation, signal);
  const valLoss = predictionLoss(model, fold.validation, predictions);
  live.watch(valLoss);
  const metrics = {
    train_loss: result.trainLoss,
    val_loss: valLoss,
    ...fold.score("validation", predictions),
    ...result.extras,
  };
  return { result, live, metrics };
}
