import type { Metrics } from "../data/outputs/metric.ts";
import { networkSamples } from "../data/outputs/quantiles.ts";
import type { PreparedData } from "../data/prepared.ts";
import type { EpochResult, LiveModel } from "../engines/engine.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import { decodedAnswers, pinballMetrics } from "./answers.ts";
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
  const validation = networkSamples(model, fold.validation);
  const said = await live.predict(validation, signal);
  const valLoss = predictionLoss(model, validation, said);
  const { decoded, quantiles } = decodedAnswers(model, fold, "validation", said);
  live.watch(valLoss);
  const metrics = {
    train_loss: result.trainLoss,
    val_loss: valLoss,
    ...fold.scoreDecoded("validation", decoded),
    ...pinballMetrics(model, fold, "validation", quantiles),
    ...result.extras,
  };
  return { result, live, metrics };
}
