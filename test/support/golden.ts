import { readFileSync } from "node:fs";
import { z } from "zod";
import type { SequenceSet } from "../../worker/data/outputs/sequences.ts";
import type { NamedWeights, TrainingState } from "../../worker/engines/engine.ts";
import { optimizerOf } from "../../worker/protocol/optimizer.ts";
import { type ModelSettings, modelSettingsSchema } from "../../worker/protocol/model-settings.ts";
import { weightShapes } from "../../worker/protocol/model-shape.ts";

const arraySchema = z.strictObject({ shape: z.array(z.int()), data: z.array(z.number()) });
const goldenSchema = z.strictObject({
  torch: z.string(),
  samples: z.int(),
  window: z.int(),
  features: z.int(),
  networks: z.record(
    z.string(),
    z.strictObject({
      settings: z.record(z.string(), z.unknown()),
      inputs: z.array(z.number()),
      targets: arraySchema,
      lengths: z.array(z.int()).nullable(),
      weights: z.record(z.string(), arraySchema),
      gradients: z.record(z.string(), arraySchema),
    }),
  ),
  runs: z.array(
    z.strictObject({
      network: z.string(),
      settings: z.record(z.string(), z.unknown()),
      losses: z.array(z.number()),
    }),
  ),
});

/** Figures that test/reference/torch-golden.py computed with PyTorch in double precision. */
const golden = goldenSchema.parse(
  JSON.parse(readFileSync(new URL("../reference/torch-golden.json", import.meta.url), "utf8")),
);

export const goldenNetworks: readonly string[] = Object.keys(golden.networks);
export const goldenRuns = golden.runs;

/** A network of the golden figures, ready to train with one batch an epoch. */
export interface GoldenProblem {
  readonly model: ModelSettings;
  readonly set: SequenceSet;
  /** Training starts from the golden weights, with an optimizer that remembers nothing yet. */
  readonly start: TrainingState;
  readonly gradients: readonly NamedWeights[];
}

export function goldenProblem(name: string, overrides: Readonly<Record<string, unknown>>): GoldenProblem {
  const network = golden.networks[name]!;
  const { samples, window, features } = golden;
  const hidden = network.settings["layers"] === 0 ? {} : { hidden: network.settings["hidden"] };
  const model = modelSettingsSchema.parse({
    ...network.settings,
    hidden: 1,
    ...hidden,
    batch_size: samples,
    ...overrides,
  });
  const set: SequenceSet = {
    values: Float32Array.from(network.inputs),
    features,
    window,
    starts: Int32Array.from({ length: samples }, (_, sample) => sample * window),
    ...(network.lengths && { lengths: Int32Array.from(network.lengths) }),
    targets: Float32Array.from(network.targets.data),
    outputs: network.targets.shape[1]!,
  };
  return {
    model,
    set,
    start: freshState(model, set, named(network.weights)),
    gradients: named(network.gradients),
  };
}

function freshState(model: ModelSettings, set: SequenceSet, weights: readonly NamedWeights[]): TrainingState {
  const { slots, fill } = optimizerOf(model);
  const optimizer = slots.flatMap((slot) =>
    weightShapes(model, set).map(({ name, shape }, index) => ({
      name: `${slot}/${name}`,
      shape,
      data: new Float32Array(weights[index]!.data.length).fill(fill),
    })),
  );
  return { epoch: 0, step: 0, weights, optimizer };
}

function named(arrays: Readonly<Record<string, z.infer<typeof arraySchema>>>): NamedWeights[] {
  return Object.entries(arrays).map(([name, { shape, data }]) => ({
    name,
    shape,
    data: Float32Array.from(data),
  }));
}
