import type { SequenceSet } from "../../worker/data/outputs/sequences.ts";
import type { Engine, EpochResult, LiveModel, TrainEnd, TrainingState } from "../../worker/engines/engine.ts";
import { type ModelSettings, modelSettingsSchema } from "../../worker/protocol/model-settings.ts";
import { autoregressive } from "../support/sequence-problems.ts";

export const never = new AbortController().signal;
export const wave = autoregressive(40, 4);

export function settings(overrides: Partial<ModelSettings> = {}): ModelSettings {
  return modelSettingsSchema.parse({ hidden: 4, batch_size: 16, learning_rate: 0.01, ...overrides });
}

interface Training {
  readonly end: TrainEnd;
  readonly epochs: readonly EpochResult[];
  readonly losses: readonly number[];
  readonly last: TrainingState;
}

interface Options {
  readonly set?: SequenceSet;
  readonly epochs?: number;
  readonly seed?: number;
  readonly from?: TrainingState;
  readonly onEpoch?: (live: LiveModel) => Promise<void>;
}

/** Trains to the end and tells every epoch. */
export async function train(engine: Engine, model: ModelSettings, options: Options = {}): Promise<Training> {
  const { set = wave, epochs = 2, seed = 1, from, onEpoch } = options;
  const results: EpochResult[] = [];
  let last: TrainingState = { epoch: 0, step: 0, weights: [], optimizer: [] };
  const end = await engine.train(
    { model, train: set, seed, epochs, ...(from && { from }) },
    {
      onEpoch: async (result, live) => {
        results.push(result);
        last = live.state();
        await onEpoch?.(live);
        return "go on";
      },
    },
    never,
  );
  return { end, epochs: results, losses: results.map(({ trainLoss }) => trainLoss), last };
}
