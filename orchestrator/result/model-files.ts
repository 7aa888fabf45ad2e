import { featureName, type Pipeline } from "../../worker/data/inputs/pipeline.ts";
import { commonPipeline, inUnitsOf } from "../../worker/model/common-units.ts";
import { layersModel, shortSampleFill } from "../../worker/model/layers-model.ts";
import type { TrainedModel } from "../../worker/model/trained-model.ts";
import type { DataSettings } from "../../worker/protocol/data-settings.ts";

/** The weights as they were trained, which `seqtune predict` reads. */
export const modelFileName = "model.safetensors";

/** How data becomes inputs of `model.json`, and what its outputs are. */
export interface PipelineFile {
  readonly settings: DataSettings;
  readonly pipeline: Pipeline;
  readonly inputs: {
    /** [samples, window, features] */
    readonly shape: readonly [null, number, number];
    readonly features: readonly string[];
    /** What the steps after the end of a short sample hold; null where every sample must have `window` steps. */
    readonly fill: number | null;
  };
  readonly outputs: readonly { readonly name: string; readonly unit: "scaled" | "probability" }[];
}

export function pipelineFile(model: TrainedModel): PipelineFile {
  const { settings, outputs, members } = model;
  const pipeline = commonPipeline(members.map((member) => member.pipeline));
  const unit = pipeline.task === "regression" ? "scaled" : "probability";
  return {
    settings: settings.data,
    pipeline,
    inputs: {
      shape: [null, pipeline.window, pipeline.features.length],
      features: pipeline.features.map(featureName),
      fill: fillOf(model),
    },
    outputs: outputs.map((name) => ({ name, unit })),
  };
}

/**
 * The linear model reads all steps at once, and a step that is none as 0 in its own units: several of them have no
 * common value for that.
 */
function fillOf({ settings, members }: TrainedModel): number | null {
  if (settings.data.layout === "series") return null;
  if (settings.model.layers > 0) return shortSampleFill;
  return members.length === 1 ? 0 : null;
}

/** `model.json` and the weights it names. A committee's members all read inputs in the same units. */
export function tensorFlowFiles(model: TrainedModel): Record<string, string | Uint8Array> {
  const { settings, outputs, members } = model;
  const pipeline = commonPipeline(members.map((member) => member.pipeline));
  const weightsFile = "weights.bin";
  const { json, weights } = layersModel({
    model: settings.model,
    dims: { features: pipeline.features.length, window: pipeline.window, outputs: outputs.length },
    members:
      members.length === 1
        ? [members[0]!.weights]
        : members.map((member) => inUnitsOf(pipeline, member, settings.model)),
    maskValue: settings.data.layout === "series" || settings.model.layers === 0 ? null : shortSampleFill,
    weightsFile,
  });
  return { "model.json": JSON.stringify(json), [weightsFile]: weights };
}
