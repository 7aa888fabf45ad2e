import { z } from "zod";
import { pipelineSchema, type Pipeline } from "../data/inputs/pipeline.ts";
import { rowsSeenSchema } from "../protocol/retraining.ts";
import { trialSettingsSchema } from "../protocol/settings.ts";
import { decodeModel } from "./model-file.ts";
import { TensorFileDamaged } from "./safetensors.ts";
import type { NamedWeights } from "./weights.ts";

const aboutSchema = z
  .object({
    study: z.string(),
    trial: z.int(),
    settings: trialSettingsSchema,
    seed: z.int(),
    metric: z.object({ name: z.string(), goal: z.enum(["minimize", "maximize"]) }),
    epoch: z.int(),
    outputs: z.array(z.string()).min(1),
    /** Trained once more after its search, on validation rows, too. */
    refit: rowsSeenSchema.optional(),
    pipeline: pipelineSchema.optional(),
    pipelines: z.array(pipelineSchema).optional(),
  })
  .transform(({ pipeline, pipelines, ...about }) => ({
    ...about,
    pipelines: pipelines ?? (pipeline === undefined ? [] : [pipeline]),
  }));

/** One network and how its inputs are prepared. */
export interface Member {
  readonly weights: readonly NamedWeights[];
  readonly pipeline: Pipeline;
}

/** A trial's model: at least one network, several as a committee, and what it was trained with. */
export interface TrainedModel extends Omit<z.infer<typeof aboutSchema>, "pipelines"> {
  readonly members: readonly Member[];
}

/** Reads the model of a trial. Throws `TensorFileDamaged` for any other file. */
export function readTrainedModel(bytes: Uint8Array): TrainedModel {
  const file = decodeModel(bytes);
  const found = aboutSchema.safeParse(file.about);
  if (!found.success) throw new TensorFileDamaged(`its note is wrong: ${z.prettifyError(found.error)}`);
  const { pipelines, ...about } = found.data;
  if (pipelines.length !== file.members.length) {
    throw new TensorFileDamaged(
      `it has ${file.members.length} networks and prepares data for ${pipelines.length}`,
    );
  }
  return { ...about, members: file.members.map((weights, k) => ({ weights, pipeline: pipelines[k]! })) };
}
